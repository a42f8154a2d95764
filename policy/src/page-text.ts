/** The page of a policy as Markdown, and as HTML with no script and nothing from elsewhere. */
import type { PageCell, PageLink, PageSection, PolicyPage } from './policy-page.ts'

const textOf = (cell: PageCell): string => (typeof cell === 'string' ? cell : cell.text)
const cell = (content: PageCell): string =>
  textOf(content).replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ')

function sectionMarkdown({ heading, lines, table }: PageSection): string {
  const rows = table === null ? [] : [table.head, table.head.map(() => '---'), ...table.rows]
  return [
    `## ${heading}`,
    ...(lines.length === 0 ? [] : [lines.map((line) => `- ${line}`).join('\n')]),
    ...(rows.length === 0 ? [] : [rows.map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')]),
  ].join('\n\n')
}

/** The page as Markdown. */
export function pageMarkdown({ title, about, sections }: PolicyPage): string {
  return `${[`# ${title}`, ...about, ...sections.map(sectionMarkdown)].join('\n\n')}\n`
}

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark)

const style = `body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{line-height:1.2}div{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .75rem .45rem 0;border-bottom:1px solid #d5dae1}
td a{white-space:nowrap}a{color:#12645e}tr:target{background:#e3f1ef}footer{margin-top:3rem;border-top:1px solid #d5dae1}
@media(prefers-color-scheme:dark){body{color:#e6e9ee;background:#14171b}th,td,footer{border-color:#343a43}a{color:#7fc1ba}tr:target{background:#17302e}}`

const linkHtml = ({ text, href }: PageLink): string => `<a href="${escaped(href)}">${escaped(text)}</a>`
/** A mark before one word, such as that of a state, stays on its line. */
const held = (text: string): string => text.replace(/^(\S) (?=\S+$)/, '$1&nbsp;')
const cellHtml = (content: PageCell): string =>
  typeof content === 'string' ? held(escaped(content)) : linkHtml(content)
const rowId = (id: string | undefined): string => (id === undefined ? '' : ` id="${escaped(id)}"`)

function sectionHtml({ heading, lines, table }: PageSection): string {
  const list = lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`
  if (table === null) return `<section><h2>${escaped(heading)}</h2>${list}</section>`
  const head = table.head.map((name) => `<th scope="col">${escaped(name)}</th>`).join('')
  const rows = table.rows
    .map((row, at) => `<tr${rowId(table.ids?.[at])}>${row.map((one) => `<td>${cellHtml(one)}</td>`).join('')}</tr>`)
    .join('\n')
  const grid = `<div tabindex="0" role="region" aria-label="${escaped(heading)}"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
  return `<section><h2>${escaped(heading)}</h2>${list}${grid}</section>`
}

/** The page as a whole HTML document. */
export function pageHtml({ title, about, sections, links }: PolicyPage): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/avow.svg" type="image/svg+xml">
<title>${escaped(title)}</title><style>${style}</style></head>
<body><main><h1>${escaped(title)}</h1>${about.map((line) => `<p>${escaped(line)}</p>`).join('')}
${sections.map(sectionHtml).join('\n')}</main>
<footer><nav aria-label="More"><ul>${links.map((link) => `<li>${linkHtml(link)}</li>`).join('')}</ul></nav></footer></body></html>
`
}
