/** Hands a file to the browser, which keeps it where downloads go. */
export const saveFile = (name: string, content: BlobPart, type: string): void => {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser reads the address after this turn of the event loop, but before any timer of this length.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
