import type { IForbiddenRuleType } from 'dependency-cruiser'

/** The rooms of the repository, each with the rooms that it may import. `tools` may look into all of them. */
export const rooms: Record<string, readonly string[]> = {
  policy: [],
  contract: [],
  engine: [],
  server: ['contract', 'policy'],
  sdk: ['contract'],
  cli: ['sdk', 'contract'],
  console: ['sdk', 'contract'],
  site: ['policy'],
  conformance: ['policy', 'sdk', 'contract'],
  bench: ['contract', 'policy', 'sdk', 'server'],
}

const everyRoom = [...Object.keys(rooms), 'tools']

const testFile = '\\.test\\.tsx?$|/(test|mock)-[^/]+\\.ts$'

/** What is forbidden, in dependency-cruiser's terms; paths are relative to the repository's root. */
export const borderRules: IForbiddenRuleType[] = [
  ...Object.entries(rooms).map(([room, allowed]) => arrow(room, allowed)),
  {
    name: 'platform-knows-no-product',
    comment: 'The platform has no product words: it never imports modules, entries or the composition root.',
    severity: 'error',
    from: { path: '^server/src/platform/' },
    to: { path: '^server/src/(modules|start)/|^server/src/app\\.ts$' },
  },
  {
    name: 'modules-meet-at-the-door',
    comment: 'A module imports another module only through its index.ts.',
    severity: 'error',
    from: { path: '^server/src/modules/([^/]+)/' },
    to: { path: '^server/src/modules/[^/]+/', pathNot: '^server/src/modules/($1/|[^/]+/index\\.ts$)' },
  },
  {
    name: 'modules-are-composed-not-composers',
    comment: 'Modules get what they need as arguments; only start/ and app.ts put things together.',
    severity: 'error',
    from: { path: '^server/src/modules/', pathNot: '\\.test\\.ts$' },
    to: { path: '^server/src/(start/|app\\.ts$)' },
  },
  {
    name: 'config-is-read-at-the-edge',
    comment: 'Settings are arguments: only start/, app.ts and tests import config.ts (its types are free).',
    severity: 'error',
    from: { path: '^server/src/(modules|platform)/', pathNot: '\\.test\\.ts$' },
    to: { path: '^server/src/config\\.ts$', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'tests-stay-tests',
    comment: 'What only tests use (test-*.ts, mock-*.ts, *.test.ts) is not imported by what runs.',
    severity: 'error',
    from: { path: '^(server|cli|sdk|console|policy|contract|engine)/', pathNot: testFile },
    to: { path: testFile, pathNot: 'node_modules' },
  },
  {
    name: 'no-cycles',
    comment: 'A cycle of imports at run time. Give the shared part its own file.',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'imports-resolve',
    comment: 'The import points nowhere.',
    severity: 'error',
    from: { pathNot: '^engine/' },
    to: { couldNotResolve: true, pathNot: '^virtual:|\\?(raw|url|inline)$' },
  },
]

function arrow(room: string, allowed: readonly string[]): IForbiddenRuleType {
  const forbidden = everyRoom.filter((other) => other !== room && !allowed.includes(other))
  return {
    name: `${room}-arrows`,
    comment: `${room} may import ${allowed.length === 0 ? 'nothing of ours' : `only ${allowed.join(', ')}`}.`,
    severity: 'error',
    from: { path: `^${room}/` },
    to: { path: `^(${forbidden.join('|')})/|^@avow/(${forbidden.join('|')})(/|$)`, pathNot: '\\.json$' },
  }
}
