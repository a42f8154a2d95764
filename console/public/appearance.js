// Sets light or dark before the first paint, so that nothing flashes. A file, because inline scripts are refused.
;(() => {
  let chosen = 'auto'
  try {
    chosen = localStorage.getItem('avow.appearance') ?? 'auto'
  } catch {
    // Storage is off: follow the system.
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const isChosen = chosen === 'light' || chosen === 'dark'
  document.documentElement.setAttribute('data-mantine-color-scheme', isChosen ? chosen : system)
})()
