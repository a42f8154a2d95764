import type { paths } from '@avow/sdk'

type Json<P extends keyof paths, M extends keyof paths[P], S extends number> = paths[P][M] extends {
  responses: Record<S, { content: { 'application/json': infer Body } }>
}
  ? Body
  : never

/** What the API shows, named: derived from the contract, so that a change there is a type error here. */
export type Me = Json<'/api/v1/me', 'get', 200>
export type Organisation = Me['organisations'][number]
export type OrganisationRole = Organisation['role']
export type Session = Json<'/api/v1/me/sessions', 'get', 200>['items'][number]
export type Member = Json<'/api/v1/organisations/{organisationId}/members', 'get', 200>['items'][number]
export type Invitation = Json<'/api/v1/organisations/{organisationId}/invitations', 'get', 200>['items'][number]
export type Project = Json<'/api/v1/projects/{projectId}', 'get', 200>
export type Key = Json<'/api/v1/projects/{projectId}/keys/{keyId}', 'get', 200>
export type KeyWithSecret = Json<'/api/v1/projects/{projectId}/keys', 'post', 201>
export type StaffMember = Json<'/api/v1/operate/staff', 'get', 200>['items'][number]
export type Model = Json<'/api/v1/models', 'get', 200>['items'][number]
export type OperatorModel = Json<'/api/v1/operate/models', 'get', 200>['items'][number]
export type Usage = Json<'/api/v1/projects/{projectId}/usage', 'get', 200>
export type UsageRow = Usage['rows'][number]
export type Report = Json<'/api/v1/privacy/report', 'get', 200>
export type ClauseResult = Report['clauses'][number]
export type ClauseState = ClauseResult['state']
export type DataMapColumn = Json<'/api/v1/privacy/data-map', 'get', 200>['items'][number]
export type RetentionRow = Json<'/api/v1/privacy/retention', 'get', 200>['items'][number]
export type Mail = Json<'/api/v1/operate/outbox', 'get', 200>['items'][number]
export type Meta = Json<'/api/v1/meta', 'get', 200>
export type TotpSetup = Json<'/api/v1/me/totp', 'post', 201>
export type StaffRole = StaffMember['role']
