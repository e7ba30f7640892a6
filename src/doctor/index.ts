/**
 * The doctor: holds the store, the vector index and the thumbnails against each other, sets right what can be derived,
 * and makes consistent copies of the data folder. All of it while the server serves.
 */
export { type Backup, type BackupParts, createBackup } from './backup.ts'
export { createDoctor, type Diagnosis, type Doctor, type DoctorParts, type Finding } from './doctor.ts'
