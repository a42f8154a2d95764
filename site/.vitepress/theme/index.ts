import theme from 'vitepress/theme-without-fonts'
import { h } from 'vue'
import './theme.css'

// The console is outside the base that VitePress puts before the links of its own navigation.
const consoleLink = () => h('a', { href: '/', class: 'console-link' }, 'Console')

export default {
  extends: theme,
  Layout: () => h(theme.Layout, null, { 'nav-bar-content-after': consoleLink }),
}
