/**
 * The search room, the read path: by picture, by the name of a stored image, by text, by filter; ranking, grouping by
 * product, score.
 */
export type { Charts, GrowthPoint, InstanceMap, MapPoint } from './charts.ts'
export { createCharts } from './create-charts.ts'
export { createSearch } from './create-search.ts'
export type { PictureSearchOptions, Result, Search, SearchAnswer, SearchOptions } from './search.ts'
