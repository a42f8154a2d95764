/** A page to write. `path` is below the folder of pages and ends in `.md`. */
export interface Page {
  path: string
  text: string
}
