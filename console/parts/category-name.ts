import { CATEGORY_OTHERS, useCategories } from '../api/images.ts'
import { named } from '../i18n/index.ts'

/** What a category is called in the person's language, else as the server calls it. */
export function useCategoryName(): (id: number) => string {
  const categories = useCategories().data?.categories
  return (id) => {
    const own = named('category', String(id))
    return own !== String(id) ? own : (categories?.find((one) => one.id === id)?.name ?? own)
  }
}

/** `4 · Shoes`; others have no number that means anything. */
export const withNumber = (id: number, name: string): string => (id === CATEGORY_OTHERS ? name : `${id} · ${name}`)
