import ts from 'typescript'

/** One thing that server code may do in one place only. Paths are relative to the repository's root. */
export interface GateRule {
  name: string
  /** What to do instead, for the person who reads the violation. */
  instead: string
  /** The only folder or file where it belongs. */
  home: string
  /** Files, or folders ending in `/`, that may do it too, each with the reason. One without need is a violation. */
  exceptions: Record<string, string>
  /** Tests drive the outside world and clean up after themselves; some rules leave them alone. */
  tests: 'covered' | 'free'
  /** Whether this node does it. `bound` holds the names that the file declares itself. */
  matches(node: ts.Node, bound: ReadonlySet<string>): boolean
}

export const gateRules: GateRule[] = [
  {
    name: 'clock',
    instead: 'take the clock as an argument (platform/clock)',
    home: 'server/src/platform/clock/',
    exceptions: {},
    tests: 'free',
    matches: readsSystemTime,
  },
  {
    name: 'egress',
    instead: 'call the outside through platform/egress, or take the client as an argument',
    home: 'server/src/platform/egress/',
    exceptions: {
      'server/src/modules/privacy/checks/plain-http.ts': 'Knocks at our own listener, in plain HTTP.',
      'server/src/modules/privacy/checks/tls-floor.ts': 'Knocks at our own listener, with older TLS.',
    },
    tests: 'free',
    matches: reachesOutside,
  },
  {
    name: 'connections',
    instead: 'ask the egress gate first (platform/gates/egress.ts): these open connections and judge nothing',
    home: 'server/src/platform/egress/',
    exceptions: {
      'server/src/modules/inference/gateway/live-routes.ts': 'Asks the gate for each route when it is loaded.',
      'server/src/modules/inference/watch/send-spans.ts': 'Asks the gate about the collector at each batch.',
      'server/src/modules/inference/upstream-health.ts': 'Looks at servers whose routes the gate allowed.',
      'server/src/modules/inference/endpoints/endpoint-keeper.ts': 'Sockets of containers of our own, on this machine.',
      'server/src/modules/inference/engines-for.ts': 'Public files of models, and engines of our own.',
      'server/src/start/up.ts': 'Puts the guard over all connections of the process.',
      'server/src/start/gateway.ts': 'Puts the guard over all connections of the process.',
    },
    tests: 'free',
    matches: (node) => importsEgress(node, openers),
  },
  {
    name: 'mail',
    instead: 'write to a person through platform/mail',
    home: 'server/src/platform/mail/',
    exceptions: { 'server/src/platform/egress/open-smtp.ts': 'Speaks SMTP for the mailer.' },
    tests: 'free',
    matches: (node) => isImportOf(node, ['nodemailer']) || importsEgress(node, ['openSmtp']),
  },
  {
    name: 'staff-access',
    instead: 'show staff what is about a person through the staff access gate (modules/privacy/staff-access)',
    home: 'server/src/modules/privacy/staff-access/',
    exceptions: {
      'server/src/platform/mail/': 'The mailer sends what it opens.',
      'server/src/modules/privacy/probe-people.ts': 'Reads the mail of its own probe people, of whom nothing remains.',
      'server/src/modules/privacy/probe-notices.ts': 'Reads the mail of its own probe people, of whom nothing remains.',
      'server/src/modules/privacy/checks/': 'Read the mail of their own probe people, of whom nothing remains.',
    },
    tests: 'free',
    matches: opensMail,
  },
  {
    name: 'training',
    instead: 'ask the training gate before content is read to train (platform/gates/training.ts)',
    home: 'server/src/platform/gates/',
    exceptions: {},
    tests: 'free',
    matches: readsToTrain,
  },
  {
    name: 'publication',
    instead: 'make data public through the publication gate (platform/gates/publication.ts)',
    home: 'server/src/platform/gates/',
    exceptions: {
      'server/src/modules/privacy/checks/confirmed-publication.ts': 'Counts the columns of what is public; makes none.',
      'server/src/modules/privacy/awaited-features.ts': 'Names the feature that is to come; makes nothing public.',
    },
    tests: 'free',
    matches: makesPublic,
  },
  {
    name: 'transport',
    instead: 'listen through the transport gate (platform/gates/transport.ts)',
    home: 'server/src/platform/gates/transport',
    exceptions: { 'server/src/platform/postgres/embedded-postgres.ts': 'Finds a free port; accepts no connection.' },
    tests: 'free',
    matches: (node) => importsName(node, ['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls'], listeners),
  },
  {
    name: 'password',
    instead: 'hash and verify through the password gate (platform/gates/password.ts)',
    home: 'server/src/platform/gates/password',
    exceptions: {},
    tests: 'free',
    matches: (node) => isImportOf(node, ['@node-rs/argon2', '@node-rs/bcrypt']),
  },
  {
    name: 'purpose',
    instead: 'say what for: databases.for(PURPOSE), or the tx of an endpoint; only the platform opens connections',
    home: 'server/src/platform/db/',
    exceptions: {
      'server/src/platform/backups/': 'Copies whole tables, unread, into an encrypted file and back.',
      'server/src/platform/vault/': 'Its own schema, of keys alone, by its own role.',
      'server/src/platform/postgres/': 'Makes roles and databases; reads no table.',
      'server/src/modules/billing/copy-usage.ts': 'Writes usage by COPY and adds it to sums; gives nothing out.',
      'server/src/modules/billing/ship-usage.ts': 'Opens the connection for it.',
      'server/src/modules/billing/probe-books.ts': 'Reads tables of its own, which end with its connection.',
      'server/src/platform/jobs/jobs.ts': 'Gives the library of jobs its connections.',
      'server/src/start/open-storage.ts': 'Migrates and looks at the catalogue, before there is a gate.',
      'server/src/start/health.ts': 'Asks whether the database answers; reads no table.',
    },
    tests: 'free',
    matches: (node) =>
      isImportOf(node, ['drizzle-orm/node-postgres', 'pg-copy-streams', 'pg-cursor', 'pg-query-stream']) ||
      importsName(node, ['pg'], ['Pool', 'Client', 'default', 'native']) ||
      takesMember(node, 'pool'),
  },
  {
    name: 'duty',
    instead: 'say what for: databases.for(PURPOSE); a duty reads every category and needs a gate of its own',
    home: 'server/src/platform/',
    exceptions: {
      'server/src/app.ts': 'Gives the checks of the policy theirs.',
      'server/src/start/create-platform.ts': 'Gives the retention gate its own.',
      'server/src/start/open-guarded.ts': 'Finds out which policy is in force: only then is there a gate.',
      'server/src/modules/privacy/index.ts': 'Gives people what is theirs, or erases it.',
      'server/src/modules/privacy/probe-people.ts': 'Looks what is left, in a transaction of which nothing remains.',
    },
    tests: 'free',
    matches: (node) => takesMember(node, 'duty'),
  },
  {
    name: 'behalf',
    instead: 'only the API knows whose own request it answers (platform/http/create-api.ts)',
    home: 'server/src/platform/http/create-api',
    exceptions: {
      'server/src/platform/mail/outbox.ts': 'Hands people what was written to them.',
    },
    tests: 'free',
    matches: readsOnBehalf,
  },
  {
    name: 'reading',
    instead: 'only the purpose gate makes readings (platform/gates/purpose.ts)',
    home: 'server/src/platform/db/',
    exceptions: {
      'server/src/platform/gates/purpose.ts': 'The gate.',
      'server/src/start/open-guarded.ts': 'Puts the gate of the policy in force before the database.',
      'server/src/modules/privacy/probe-readers.ts': 'Tries readers under policies that lack a purpose.',
    },
    tests: 'free',
    matches: (node) => importsAnywhere(node, ['makeReading', 'databasesOn', 'withReadings']),
  },
  {
    name: 'retention',
    instead: 'give the column a retention class; only the retention gate deletes by age',
    home: 'server/src/platform/gates/retention',
    exceptions: {},
    tests: 'free',
    matches: deletesByAge,
  },
]

/** `Date.now` in any form, `new Date()` and `Date()` without arguments. */
function readsSystemTime(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return isNamed(node.expression, 'Date') && node.name.text === 'now'
  if (ts.isNewExpression(node)) return isNamed(node.expression, 'Date') && (node.arguments?.length ?? 0) === 0
  return ts.isCallExpression(node) && isNamed(node.expression, 'Date')
}

const clientModules = ['undici', 'node:http2', 'axios', 'got', 'node-fetch']
const clients = ['request', 'get', 'Agent', 'globalAgent']
const sockets = ['connect', 'createConnection', 'Socket', 'TLSSocket', 'createSocket']
/** What platform/egress opens connections with. */
const openers = [
  'openPool',
  'createProber',
  'fetchPublic',
  'fetchOwn',
  'guardConnections',
  'guardedConnector',
  'openSocketPool',
]
const listeners = ['createServer', 'createSecureServer', 'Server']

const mailOpeners = new Set(['listMail', 'openMessages', 'openToHandOver', 'handingOver'])

/** Takes in what opens the text of mail to people. */
function opensMail(node: ts.Node): boolean {
  return ts.isImportSpecifier(node) && mailOpeners.has((node.propertyName ?? node.name).text)
}

/** A column of what is public, or something that says of itself that the gate let it through. */
function makesPublic(node: ts.Node): boolean {
  if (literalText(node) === 'content.published') return true
  return ts.isAsExpression(node) && ts.isTypeReferenceNode(node.type) && node.type.typeName.getText() === 'Published'
}

const purposeAskers = new Set(['allows', 'require', 'stop', 'leftOut', 'stopOf', 'for'])

/** Reading for the purpose `training`, asked of another gate than the one that knows who agreed. */
function readsToTrain(node: ts.Node): boolean {
  if (ts.isPropertyAssignment(node)) {
    const { initializer, name } = node
    const stated = ts.isArrayLiteralExpression(initializer) ? initializer.elements : [initializer]
    return /^(purpose|readsFor)$/.test(name.getText()) && stated.some((one) => literalText(one) === 'training')
  }
  if (!ts.isCallExpression(node)) return false
  const { expression } = node
  const called = ts.isPropertyAccessExpression(expression) ? expression.name : expression
  const isAsking = ts.isIdentifier(called) && purposeAskers.has(called.text)
  return isAsking && node.arguments.some((argument) => literalText(argument) === 'training')
}

/** Whether it imports one of these names from platform/egress, by whatever way to its index or its files. */
function importsEgress(node: ts.Node, names: readonly string[]): boolean {
  if (!ts.isImportDeclaration(node)) return false
  const from = literalText(node.moduleSpecifier) ?? ''
  return /(^|\/)egress\/[^/]+\.ts$/.test(from) && importsName(node, [from], names)
}

/** The global `fetch`, a client library, or the client half of node:http and node:https. */
function reachesOutside(node: ts.Node, bound: ReadonlySet<string>): boolean {
  if (isImportOf(node, clientModules)) return true
  if (importsName(node, ['node:http', 'node:https'], clients)) return true
  if (importsName(node, ['node:net', 'node:tls', 'node:dgram'], sockets)) return true
  if (ts.isPropertyAccessExpression(node)) return isNamed(node.expression, 'globalThis') && node.name.text === 'fetch'
  return ts.isIdentifier(node) && node.text === 'fetch' && !bound.has('fetch') && isReference(node)
}

const inequality = /<(?![>-])|(?<![-<=])>|\bbetween\b|\binterval\b/i
const deleteStatement = /\bdelete\s+from\b/i
const wholesale = /\btruncate\s+(table\b|\w)|\bdrop\s+table\b|\bdetach\s+partition\b/i
/** `gt(expiresAt, now)` is not here: it takes what is still valid, as a link that works once. */
const comparisons = new Set(['lt', 'lte', 'between'])

/** A DELETE whose condition compares by order, in SQL or in the query builder, and everything that drops rows wholesale. */
function deletesByAge(node: ts.Node): boolean {
  const sql = literalText(node)
  if (sql !== null) return wholesale.test(sql) || (deleteStatement.test(sql) && inequality.test(sql))
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  if (node.expression.name.text !== 'where' || !startsWithDelete(node.expression.expression)) return false
  return node.arguments.some((argument) => contains(argument, comparesByOrder))
}

function startsWithDelete(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return startsWithDelete(node.expression)
  if (!ts.isPropertyAccessExpression(node)) return false
  return node.name.text === 'delete' || startsWithDelete(node.expression)
}

function comparesByOrder(node: ts.Node): boolean {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return comparisons.has(node.expression.text)
  const sql = literalText(node)
  return sql !== null && inequality.test(sql)
}

function contains(node: ts.Node, test: (inner: ts.Node) => boolean): boolean {
  return test(node) || (ts.forEachChild(node, (child) => contains(child, test) || undefined) ?? false)
}

/** The text of a string or template, with `?` for what is put in; null for other nodes. */
function literalText(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (!ts.isTemplateExpression(node)) return null
  return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(' ? ')
}

function isImportOf(node: ts.Node, modules: readonly string[]): boolean {
  if (ts.isImportDeclaration(node)) {
    return !node.importClause?.isTypeOnly && modules.includes(literalText(node.moduleSpecifier) ?? '')
  }
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return false
  return node.arguments.some((argument) => modules.includes(literalText(argument) ?? ''))
}

/** Whether it imports one of these names, or the whole module, from one of these modules; types are free. */
function importsName(node: ts.Node, modules: readonly string[], names: readonly string[]): boolean {
  if (!isImportOf(node, modules)) return false
  if (!ts.isImportDeclaration(node)) return true
  const bindings = node.importClause?.namedBindings
  if (!bindings || !ts.isNamedImports(bindings)) return true
  return bindings.elements.some((found) => !found.isTypeOnly && names.includes((found.propertyName ?? found.name).text))
}

/** Whether it imports one of these names from any module. */
function importsAnywhere(node: ts.Node, names: readonly string[]): boolean {
  if (!ts.isImportDeclaration(node)) return false
  const bindings = node.importClause?.namedBindings
  if (bindings && ts.isNamespaceImport(bindings))
    return /\bdb\/|\/reading\.ts$/.test(literalText(node.moduleSpecifier) ?? '')
  if (!bindings || !ts.isNamedImports(bindings)) return false
  return bindings.elements.some((found) => !found.isTypeOnly && names.includes((found.propertyName ?? found.name).text))
}

/** Whether it takes a member of this name from whatever has it, also by its text or by destructuring. */
function takesMember(node: ts.Node, name: string): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === name
  if (ts.isElementAccessExpression(node)) return literalText(node.argumentExpression) === name
  return ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent) && nameTaken(node) === name
}

const nameTaken = ({ propertyName, name }: ts.BindingElement): string => (propertyName ?? name).getText()

/** Whether it takes `by` from a reading: whoever may choose the person is asked by nobody what they said. */
function readsOnBehalf(node: ts.Node): boolean {
  if (!takesMember(node, 'by')) return false
  if (ts.isBindingElement(node)) {
    const { parent } = node.parent
    return ts.isVariableDeclaration(parent) && /\breading$/.test(parent.initializer?.getText() ?? '')
  }
  return /\breading$/.test((node as ts.AccessExpression).expression.getText())
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name
}

/** Whether an identifier stands for a value, rather than naming a member, a key, a parameter or a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node
  if (ts.isTypeQueryNode(parent) || ts.isTypeElement(parent) || ts.isQualifiedName(parent)) return false
  return !ts.isClassElement(parent) && !ts.isNamedTupleMember(parent)
}
