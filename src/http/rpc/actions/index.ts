/**
 * All actions of the official API that the gateway serves.
 */
import { authorizeFileUpload } from '../../uploads/authorize-file-upload.ts'
import type { Action } from '../action.ts'
import { addImage } from './add-image.ts'
import { assumeRole } from './assume-role.ts'
import { checkImageExists } from './check-image-exists.ts'
import { compareSimilarByImage } from './compare-similar-by-image.ts'
import { deleteImage } from './delete-image.ts'
import { detail } from './detail.ts'
import { dumpMeta } from './dump-meta.ts'
import { dumpMetaList } from './dump-meta-list.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { increaseInstance } from './increase-instance.ts'
import { increaseList } from './increase-list.ts'
import { searchImageByFilter } from './search-image-by-filter.ts'
import { searchImageByName } from './search-image-by-name.ts'
import { searchImageByPic } from './search-image-by-pic.ts'
import { searchImageByText } from './search-image-by-text.ts'
import { updateImage } from './update-image.ts'

export const ACTIONS: readonly Action[] = [
  addImage,
  updateImage,
  deleteImage,
  searchImageByPic,
  searchImageByName,
  searchImageByText,
  searchImageByFilter,
  checkImageExists,
  compareSimilarByImage,
  detail,
  increaseInstance,
  increaseList,
  dumpMeta,
  dumpMetaList,
  authorizeFileUpload,
  assumeRole,
  getCallerIdentity,
]
