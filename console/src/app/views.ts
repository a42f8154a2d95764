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
export type Keeping = Json<'/api/v1/projects/{projectId}/body-keeping', 'get', 200>
export type KeptCall = Json<'/api/v1/projects/{projectId}/bodies', 'get', 200>['items'][number]
export type StaffMember = Json<'/api/v1/operate/staff', 'get', 200>['items'][number]
export type Model = Json<'/api/v1/models', 'get', 200>['items'][number]
export type OperatorModel = Json<'/api/v1/operate/models', 'get', 200>['items'][number]
export type ModelRoute = Json<'/api/v1/operate/models/{modelId}/routes', 'get', 200>['items'][number]
export type Usage = Json<'/api/v1/projects/{projectId}/usage', 'get', 200>
export type UsageRow = Usage['rows'][number]
export type Live = Json<'/api/v1/projects/{projectId}/live', 'get', 200>
export type LiveRow = Live['rows'][number]
export type CallLimit = Json<'/api/v1/organisations/{organisationId}/limits', 'get', 200>['items'][number]
export type Budget = Json<'/api/v1/organisations/{organisationId}/budgets', 'get', 200>['items'][number]
export type Balance = Json<'/api/v1/operate/balances', 'get', 200>['items'][number]
export type LedgerEntry = Json<'/api/v1/operate/balances/{organisationId}/history', 'get', 200>['items'][number]
export type Report = Json<'/api/v1/privacy/report', 'get', 200>
export type ClauseResult = Report['clauses'][number]
export type ClauseState = ClauseResult['state']
export type DataMapColumn = Json<'/api/v1/privacy/data-map', 'get', 200>['items'][number]
export type RetentionRow = Json<'/api/v1/privacy/retention', 'get', 200>['items'][number]
export type Mail = Json<'/api/v1/operate/outbox', 'get', 200>['items'][number]
export type Meta = Json<'/api/v1/meta', 'get', 200>
export type TotpSetup = Json<'/api/v1/me/totp', 'post', 201>
export type StaffRole = StaffMember['role']
export type Policy = Json<'/api/v1/policy', 'get', 200>
export type Held = Json<'/api/v1/me/data', 'get', 200>['categories'][number]
export type MyExport = NonNullable<Json<'/api/v1/me/export', 'get', 200>['export']>
export type MyRequest = Json<'/api/v1/me/requests', 'get', 200>['items'][number]
export type PersonRequest = Json<'/api/v1/privacy/requests', 'get', 200>['items'][number]
export type Receipt = Json<'/api/v1/privacy/receipts/{token}', 'get', 200>
export type AskedErasure = Json<'/api/v1/me/erasure', 'post', 202>
export type ErasurePreview = Json<'/api/v1/me/erasure/preview', 'get', 200>
export type Hold = Json<'/api/v1/privacy/holds', 'get', 200>['items'][number]
export type ClauseDetail = Json<'/api/v1/privacy/clauses/{clauseId}', 'get', 200>
export type MyRequestDetail = Json<'/api/v1/me/requests/{requestId}', 'get', 200>
export type Choices = Json<'/api/v1/me/privacy/choices', 'get', 200>
export type Consent = Json<'/api/v1/me/privacy/consents', 'get', 200>['items'][number]
export type WantedAttestation = Json<'/api/v1/privacy/attestations', 'get', 200>['items'][number]
export type Attestation = Json<'/api/v1/privacy/attestations/{name}', 'get', 200>['items'][number]
export type Responsibility = Json<'/api/v1/privacy/responsibilities', 'get', 200>['items'][number]
export type SentNotice = Json<'/api/v1/privacy/notices', 'get', 200>['items'][number]
export type MyNotice = Json<'/api/v1/me/notices', 'get', 200>['items'][number]
export type PolicyVersion = Json<'/api/v1/policy/versions', 'get', 200>['items'][number]
export type SeenAccess = Json<'/api/v1/me/access', 'get', 200>['items'][number]
export type StaffAccess = Json<'/api/v1/operate/access', 'get', 200>['items'][number]
export type Backup = Json<'/api/v1/operate/backups', 'get', 200>['items'][number]
export type Gateway = Json<'/api/v1/operate/gateways', 'get', 200>['items'][number]
type Register = Json<'/api/v1/privacy/processors', 'get', 200>
export type Processor = Register['items'][number]
export type Connection = Register['own'][number]
export type Sending = Json<'/api/v1/privacy/processors/{processorId}', 'get', 200>['sent'][number]
export type Transfer = Json<'/api/v1/privacy/transfers', 'get', 200>['items'][number]
export type MyDisclosure = Json<'/api/v1/me/disclosures', 'get', 200>['items'][number]
export type Plan = Json<'/api/v1/privacy/plans/{organisationId}', 'get', 200>
export type PlanSetting = Plan['settings'][number]
export type AuthorityRequest = Json<'/api/v1/privacy/authority-requests', 'get', 200>['items'][number]
export type ToldAuthorityRequest = Json<'/api/v1/me/authority-requests', 'get', 200>['items'][number]
export type ContactMessage = Json<'/api/v1/privacy/messages', 'get', 200>['items'][number]
export type AddressBlock = Json<'/api/v1/operate/blocks', 'get', 200>['items'][number]
export type Alert = Json<'/api/v1/operate/alerts', 'get', 200>['items'][number]
export type ProcessingActivity = Json<'/api/v1/privacy/processing-record', 'get', 200>['activities'][number]
export type Training = Json<'/api/v1/organisations/{organisationId}/training', 'get', 200>
export type TrainingApproval = Training['items'][number]
export type ModelProvider = Json<'/api/v1/organisations/{organisationId}/providers', 'get', 200>['items'][number]
export type Imported = Json<'/api/v1/me/import', 'post', 200>
export type ClosedOrganisation = Json<'/api/v1/me/closed-organisations', 'get', 200>['items'][number]
export type EveryClosedOrganisation = Json<'/api/v1/privacy/closed-organisations', 'get', 200>['items'][number]
export type Closure = Json<'/api/v1/organisations/{organisationId}/close', 'post', 200>
