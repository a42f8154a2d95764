// Light or dark before the first paint, as it was chosen here or in the console. A file, because the server's content
// security policy lets no inline script run.
;(() => {
  let chosen = 'auto'
  try {
    chosen = localStorage.getItem('avow.appearance') ?? 'auto'
  } catch {
    // Storage is off: follow the system.
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const isChosen = chosen === 'light' || chosen === 'dark'
  const { classList } = document.documentElement
  classList.toggle('dark', (isChosen ? chosen : system) === 'dark')
  classList.toggle('mac', /Mac|iPhone|iPod|iPad/i.test(navigator.platform))
})()
