import { useQuery, useQueryClient } from '@tanstack/react-query'
import { address, call, del, get, patch, path } from './client.ts'

export const INT_ATTRIBUTES = ['intAttr', 'intAttr2', 'intAttr3', 'intAttr4'] as const
export const STR_ATTRIBUTES = ['strAttr', 'strAttr2', 'strAttr3', 'strAttr4'] as const

export type Attributes = { readonly [K in (typeof INT_ATTRIBUTES)[number]]: number } & {
  readonly [K in (typeof STR_ATTRIBUTES)[number]]: string
}

export interface Image extends Attributes {
  readonly id: number
  readonly productId: string
  readonly picName: string
  readonly categoryId: number
  readonly customContent: string
  /** `x1,x2,y1,y2` in pixels of the picture as sent. */
  readonly region: string
  readonly width: number
  readonly height: number
  /** Path of the small picture; '' = none. */
  readonly thumbnail: string
  readonly sourceEtag: string
  readonly createdMs: number
  readonly updatedMs: number
}

export type ImageFields = Partial<Attributes> & { readonly customContent?: string }

export interface ImageKey {
  readonly productId: string
  readonly picName: string
}

export interface Category {
  readonly id: number
  readonly name: string
}

export const CATEGORY_OTHERS = 88888888

export function useCategories() {
  return useQuery({
    queryKey: ['categories'],
    queryFn: () => get<{ categories: Category[] }>('/categories'),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Where the small picture of an image lies, if it has one. */
export const thumbnailOf = (instance: string, id: number): string =>
  address(path`/instances/${instance}/images/${id}/thumbnail`)

export interface CataloguePage {
  readonly images: readonly Image[]
  /** Absent when listed by product. */
  readonly total?: number
}

/** A page of the catalogue: where it begins is told by the image before it or after it, or by `start`. */
export interface CatalogueQuery {
  readonly filter?: string
  readonly productId?: string
  readonly limit: number
  readonly start?: number
  readonly after?: number
  readonly before?: number
  /** Ids with commas between; nothing else counts then. */
  readonly ids?: string
}

export function useCatalogue(instance: string, page: CatalogueQuery, isAsked = true) {
  return useQuery({
    queryKey: ['images', instance, page],
    queryFn: ({ signal }) => get<CataloguePage>(path`/instances/${instance}/images`, { ...page }, signal),
    enabled: isAsked,
    placeholderData: (before) => before,
  })
}

export function useImage(instance: string, key: ImageKey | undefined) {
  return useQuery({
    queryKey: ['image', instance, key],
    queryFn: ({ signal }) =>
      get<Image>(path`/instances/${instance}/image`, { productId: key?.productId, picName: key?.picName }, signal),
    enabled: key !== undefined,
  })
}

export interface Stored {
  readonly id: number
  readonly categoryId: number
  readonly region: string
}

/** Puts a picture; the fields go into the query, the bytes into the body. */
export function putImage(
  instance: string,
  picture: Blob,
  fields: ImageFields & ImageKey & { categoryId?: number },
  signal?: AbortSignal,
): Promise<Stored> {
  return call('POST', path`/instances/${instance}/images`, {
    query: { ...fields },
    body: picture,
    ...(signal && { signal }),
  })
}

export const updateImage = (instance: string, key: ImageKey, fields: ImageFields) =>
  patch(path`/instances/${instance}/images`, { ...key, ...fields })
export const deleteImages = (instance: string, what: { productId: string; picName?: string } | { filter: string }) =>
  del<{ deleted: ImageKey[] }>(path`/instances/${instance}/images`, { ...what })

export function useImagesChanged(instance: string): () => void {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['images', instance] })
    void client.invalidateQueries({ queryKey: ['image', instance] })
    void client.invalidateQueries({ queryKey: ['instances'] })
  }
}
