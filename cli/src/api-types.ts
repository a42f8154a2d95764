import type { paths } from '@avow/sdk'

type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never
/** The body of an endpoint's good answer. */
export type Answered<
  P extends keyof paths,
  M extends 'get' | 'post' | 'patch',
  S extends number,
> = paths[P][M] extends { responses: infer R } ? (S extends keyof R ? Json<R[S]> : never) : never
type ItemOf<T> = T extends { items: (infer I)[] } ? I : never

export type SignedIn = Answered<'/api/v1/auth/sign-in', 'post', 200>
export type ApiKey = Answered<'/api/v1/projects/{projectId}/keys/{keyId}', 'get', 200>
export type Model = ItemOf<Answered<'/api/v1/models', 'get', 200>>
export type Usage = Answered<'/api/v1/projects/{projectId}/usage', 'get', 200>
export type Report = Answered<'/api/v1/privacy/report', 'get', 200>
export type DataMapColumn = ItemOf<Answered<'/api/v1/privacy/data-map', 'get', 200>>
export type Mail = ItemOf<Answered<'/api/v1/operate/outbox', 'get', 200>>
export type VaultState = Answered<'/api/v1/operate/vault', 'get', 200>
export type DataExport = NonNullable<Answered<'/api/v1/me/export', 'get', 200>['export']>
export type Backup = Answered<'/api/v1/operate/backups/{backupId}', 'get', 200>
