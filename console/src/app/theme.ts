import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const accent: MantineColorsTuple = [
  '#edf7f6',
  '#d5ebe8',
  '#abd7d2',
  '#7fc1ba',
  '#55a9a1',
  '#35918a',
  '#1f7a73',
  '#12645e',
  '#0d4f4b',
  '#083b38',
]
const gray: MantineColorsTuple = [
  '#f8f8f6',
  '#f1f1ee',
  '#e6e6e2',
  '#d8d8d3',
  '#c3c3bd',
  '#9b9b95',
  '#6c6c67',
  '#52524e',
  '#3a3a37',
  '#232321',
]
const dark: MantineColorsTuple = [
  '#d6d7d8',
  '#b9bbbe',
  '#a1a4a8',
  '#7b7f84',
  '#3d4146',
  '#303439',
  '#25292d',
  '#1c1f22',
  '#15181a',
  '#0f1113',
]

const danger: MantineColorsTuple = [
  '#fdf1f0',
  '#f9dcda',
  '#f0b4b0',
  '#e58a85',
  '#d95f59',
  '#c83a35',
  '#b52b27',
  '#a61b1b',
  '#861414',
  '#640f0f',
]

/** One neutral palette and one accent; spacing and shapes as Mantine has them. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, gray, dark, danger },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  lineHeights: { xs: '1.45', sm: '1.5', md: '1.6', lg: '1.65', xl: '1.7' },
  headings: { fontWeight: '620', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' } } },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Every field that is not called optional is needed; a star on each would only be noise.
  components: { InputWrapper: { defaultProps: { withAsterisk: false } } },
})

/** Mantine's own greys and reds are too pale for text; these reach 4.5 : 1 on both backgrounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fdfdfc',
    '--mantine-color-text': '#1d1f1e',
    '--mantine-color-dimmed': '#5b5d5a',
    '--mantine-color-placeholder': '#6a6c69',
    '--mantine-color-error': '#a61b1b',
    '--mantine-color-anchor': '#12645e',
  },
  dark: {
    '--mantine-color-body': '#15181a',
    '--mantine-color-text': '#e3e5e6',
    '--mantine-color-dimmed': '#a4a8ac',
    '--mantine-color-placeholder': '#999da2',
    '--mantine-color-error': '#ff9c95',
    '--mantine-color-anchor': '#7fc1ba',
  },
})
