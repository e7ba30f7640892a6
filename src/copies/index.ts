/**
 * The copies room: which stored images are copies of one another, and what users decided about them.
 */
export {
  type Copies,
  type CopiesPage,
  type Copy,
  type CopyGroup,
  type Decided,
  type Decision,
  type DecisionsPage,
  MAX_DECIDED,
} from './copies.ts'
export { createCopies } from './create-copies.ts'
