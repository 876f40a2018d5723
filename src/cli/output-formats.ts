/** How rows and events can be written. */
export const OUTPUT_FORMATS = ['table', 'ndjson', 'json', 'csv'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]
