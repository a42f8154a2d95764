import { defineConfig } from 'vitepress'
import { groupsOf } from '../src/api-pages.ts'
import { readApiDocument } from '../src/checkout.ts'
import { slugOf } from '../src/openapi.ts'

const page = (text: string, link: string) => ({ text, link })

const sidebar = [
  {
    text: 'Start',
    items: [
      page('What Avow is', '/'),
      page('Quickstart', '/quickstart'),
      page('From OpenAI in three lines', '/guide/from-openai'),
    ],
  },
  {
    text: 'Guides',
    items: [
      page('Responses', '/guide/responses'),
      page('API keys', '/guide/api-keys'),
      page('Usage', '/guide/usage'),
      page('Budgets', '/guide/budgets'),
      page('Endpoints', '/guide/endpoints'),
      page('Prepaid balance', '/guide/balance'),
      page('Batches', '/guide/batches'),
      page('Limits', '/guide/limits'),
      page('Live figures', '/guide/live'),
      page('Kept bodies', '/guide/kept-bodies'),
      page('Playground', '/guide/playground'),
      page('People and roles', '/guide/people'),
      page('Your organisation', '/guide/organisation'),
      page('Two-step sign-in', '/guide/two-step-sign-in'),
      page('Your data', '/guide/your-data'),
      page('The privacy officer', '/guide/privacy-officer'),
      page('The command line', '/guide/cli'),
    ],
  },
  {
    text: 'Operate',
    items: [
      page('Install and start', '/operate/install'),
      page('Configuration', '/operate/configuration'),
      page('Data folder', '/operate/data-folder'),
      page('Backup and restore', '/operate/backup'),
      page('TLS', '/operate/tls'),
      page('Mail', '/operate/mail'),
      page('When staff see personal data', '/operate/staff-access'),
      page('Answer an authority', '/operate/authorities'),
      page('Answer those who write', '/operate/contact'),
      page('Traces', '/operate/tracing'),
      page('Security alerts', '/operate/alerts'),
      page('The vault', '/operate/vault'),
      page('A database of your own', '/operate/database'),
      page('Scale out', '/operate/scale-out'),
      page('Models', '/operate/models'),
      page('Pools of servers', '/operate/pools'),
      page('Others who receive data', '/operate/recipients'),
      page('The embedded engine', '/operate/engine'),
      page('Stop, recover, upgrade', '/operate/lifecycle'),
    ],
  },
  {
    text: 'Privacy policy that runs',
    items: [
      page('From promise to proof', '/concepts/promises'),
      page('States of a clause', '/concepts/states'),
      page('How a clause is proven', '/concepts/proof'),
      page('The data map', '/concepts/data-map'),
      page('Numbers that are never held', '/concepts/never-held'),
      page('The evidence log', '/concepts/evidence'),
      page('Gates today', '/concepts/gates'),
      page('Write your policy', '/policy/write'),
      page('Change your policy', '/policy/change'),
      page('Attest', '/policy/attest'),
      page('Deployment plans', '/policy/plans'),
      page('Data processing addendum', '/policy/addendum'),
      page('Training on customer content', '/policy/training'),
      page('Record of processing', '/policy/processing-record'),
      page('The policy language', '/policy/language'),
      page('Rules', '/policy/rules'),
      page('The starter policy', '/policy/starter'),
      page('Reference policies', '/policy/references'),
    ],
  },
  {
    text: 'Reference',
    items: [
      page('Inference API', '/reference/inference'),
      {
        text: 'Control-plane API',
        link: '/reference/api/',
        collapsed: true,
        items: groupsOf(readApiDocument()).map((group) => page(group, `/reference/api/${slugOf(group)}`)),
      },
      page('Errors', '/errors/'),
      page('Command line', '/reference/cli'),
      page('Facts for scripts', '/reference/scripts'),
      page('Health and metrics', '/reference/health'),
    ],
  },
  { text: 'Security', items: [page('Security and privacy of the platform', '/security')] },
]

/** public/appearance.js does what these two do. */
const withoutInlineScripts = (html: string): string =>
  html.replaceAll(/<script id="check-(?:dark-mode|mac-os)">.*?<\/script>/gs, '')

export default defineConfig({
  title: 'Avow',
  description: 'A self-hosted GPU cloud whose privacy policy runs',
  lang: 'en-GB',
  base: '/docs/',
  srcDir: '.cache/pages',
  cleanUrls: true,
  lastUpdated: false,
  metaChunk: true,
  // The console's name for the choice, so that one choice holds for both.
  appearance: { storageKey: 'avow.appearance' },
  transformHtml: withoutInlineScripts,
  head: [
    // The server's: it lets scripts keep what the policy lists and nothing else.
    ['script', { src: '/browser-guard.js' }],
    ['script', { src: '/docs/appearance.js' }],
    ['link', { rel: 'icon', href: '/docs/mark.svg', type: 'image/svg+xml' }],
  ],
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  themeConfig: {
    logo: '/mark.svg',
    nav: [
      page('Quickstart', '/quickstart'),
      page('Operate', '/operate/install'),
      page('Policy', '/concepts/promises'),
      page('Reference', '/reference/inference'),
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: { disableQueryPersistence: true, disableDetailedView: true },
    },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})
