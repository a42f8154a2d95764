// What tables and queries are written with, for the bench: the library itself is installed for the server alone.
export { type SQL, sql } from 'drizzle-orm'
export { customType, text, timestamp } from 'drizzle-orm/pg-core'
