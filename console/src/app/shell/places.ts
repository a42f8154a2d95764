import {
  IconActivity,
  IconAdjustments,
  IconAlertTriangle,
  IconArchive,
  IconBell,
  IconBox,
  IconBuilding,
  IconBuildingBank,
  IconChartBar,
  IconContract,
  IconDatabase,
  IconEyeCheck,
  IconFileText,
  IconFingerprint,
  IconFolders,
  IconGavel,
  IconHistory,
  IconHourglass,
  IconInbox,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconMail,
  IconMessages,
  IconNetwork,
  IconPlugConnected,
  IconRosetteDiscountCheck,
  IconSchool,
  IconServer2,
  IconServerCog,
  IconShieldCheck,
  IconSpeakerphone,
  IconStack2,
  IconUserCog,
  IconUserShield,
  IconUsers,
  IconWallet,
} from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import type { Me } from '../views.ts'

export interface Place {
  name: string
  icon: ComponentType<{ size?: number; 'aria-hidden'?: boolean }>
  link: Pick<LinkProps, 'to' | 'params'>
  /** Other words under which the command palette finds it. */
  also?: string
}

export interface PlaceGroup {
  name: string
  places: readonly Place[]
}

interface At {
  me: Me
  organisationId: string | null
  projectId: string | null
}

const build = (projectId: string): readonly Place[] => [
  {
    name: 'Overview',
    icon: IconLayoutDashboard,
    link: { to: '/projects/$projectId', params: { projectId } },
    also: 'home start',
  },
  { name: 'Models', icon: IconBox, link: { to: '/models' }, also: 'catalogue prices' },
  {
    name: 'Playground',
    icon: IconMessages,
    link: { to: '/projects/$projectId/playground', params: { projectId } },
    also: 'chat try',
  },
  {
    name: 'API keys',
    icon: IconKey,
    link: { to: '/projects/$projectId/keys', params: { projectId } },
    also: 'secrets tokens',
  },
  {
    name: 'Endpoints',
    icon: IconServer2,
    link: { to: '/projects/$projectId/endpoints', params: { projectId } },
    also: 'dedicated replicas scale own model',
  },
  {
    name: 'Batches',
    icon: IconStack2,
    link: { to: '/projects/$projectId/batches', params: { projectId } },
    also: 'files bulk half price',
  },
  {
    name: 'Logs',
    icon: IconListDetails,
    link: { to: '/projects/$projectId/logs', params: { projectId } },
    also: 'bodies prompts answers debug calls',
  },
  {
    name: 'Live',
    icon: IconActivity,
    link: { to: '/projects/$projectId/live', params: { projectId } },
    also: 'latency errors first token now queue',
  },
  {
    name: 'Usage',
    icon: IconChartBar,
    link: { to: '/projects/$projectId/usage', params: { projectId } },
    also: 'cost tokens requests',
  },
]

const organisation = (organisationId: string): readonly Place[] => [
  {
    name: 'Members',
    icon: IconUsers,
    link: { to: '/organisations/$organisationId/members', params: { organisationId } },
    also: 'invitations roles people',
  },
  {
    name: 'Projects',
    icon: IconFolders,
    link: { to: '/organisations/$organisationId/projects', params: { organisationId } },
  },
  {
    name: 'Agreements',
    icon: IconContract,
    link: { to: '/organisations/$organisationId/data', params: { organisationId } },
    also: 'data region pin providers training opt-in plan authorities',
  },
  {
    name: 'Settings',
    icon: IconBuilding,
    link: { to: '/organisations/$organisationId/settings', params: { organisationId } },
    also: 'organisation name country close',
  },
]

const yourData: readonly Place[] = [
  {
    name: 'Data and rights',
    icon: IconUserShield,
    link: { to: '/your-data' },
    also: 'export copy download erase delete correct receipts consent object restrict choices',
  },
  { name: 'Your notices', icon: IconBell, link: { to: '/your-data/notices' }, also: 'told announcements' },
]

const privacy: readonly Place[] = [
  {
    name: 'Policy report',
    icon: IconShieldCheck,
    link: { to: '/privacy/report' },
    also: 'clauses kept broken promises',
  },
  {
    name: 'Policy versions',
    icon: IconHistory,
    link: { to: '/privacy/versions' },
    also: 'changes weaker stronger publish diff',
  },
  { name: 'Data map', icon: IconDatabase, link: { to: '/privacy/data-map' }, also: 'columns tables categories' },
  {
    name: 'Processing record',
    icon: IconFileText,
    link: { to: '/privacy/processing-record' },
    also: 'article 30 activities purposes legal basis csv dpv download',
  },
  { name: 'Retention', icon: IconHourglass, link: { to: '/privacy/retention' }, also: 'periods deletion' },
  {
    name: 'Evidence',
    icon: IconFingerprint,
    link: { to: '/privacy/evidence' },
    also: 'log proof receipt checkpoint verify decisions',
  },
]

const officer: readonly Place[] = [
  {
    name: 'Requests',
    icon: IconInbox,
    link: { to: '/privacy/requests' },
    also: 'rights deadlines erasure export people appeal',
  },
  {
    name: 'Messages',
    icon: IconMail,
    link: { to: '/privacy/messages' },
    also: 'contact inbox inquiry answer write',
  },
  {
    name: 'Consents',
    icon: IconAdjustments,
    link: { to: '/privacy/people' },
    also: 'choices object restrict withdraw person',
  },
  { name: 'Legal holds', icon: IconGavel, link: { to: '/privacy/holds' }, also: 'dispute incident keep' },
  {
    name: 'Authorities',
    icon: IconBuildingBank,
    link: { to: '/privacy/authorities' },
    also: 'disclosure police court order requests',
  },
  {
    name: 'Staff access',
    icon: IconEyeCheck,
    link: { to: '/privacy/access' },
    also: 'who looked reason ticket emergency',
  },
  {
    name: 'Processors',
    icon: IconPlugConnected,
    link: { to: '/privacy/processors' },
    also: 'recipients transfers egress sent countries disclosures',
  },
  {
    name: 'Deployment plans',
    icon: IconContract,
    link: { to: '/privacy/plans' },
    also: 'agreement organisation narrows customer',
  },
  {
    name: 'Training approvals',
    icon: IconSchool,
    link: { to: '/privacy/training' },
    also: 'opt-in signed document content models',
  },
  {
    name: 'Closed organisations',
    icon: IconBuilding,
    link: { to: '/privacy/closed-organisations' },
    also: 'reopen closure removed',
  },
  { name: 'Notices', icon: IconSpeakerphone, link: { to: '/privacy/notices' }, also: 'announce tell accounts' },
]

const duties = (role: NonNullable<Me['staffRole']>): readonly Place[] => [
  ...(role === 'support' ? [] : officer),
  {
    name: 'Attestations',
    icon: IconRosetteDiscountCheck,
    link: { to: '/privacy/attestations' },
    also: 'attest state vouch responsible',
  },
]

const operate = (role: Me['staffRole']): readonly Place[] => [
  ...(role === 'operator' || role === 'privacy-officer'
    ? [
        {
          name: 'Security alerts',
          icon: IconAlertTriangle,
          link: { to: '/operate/alerts' },
          also: 'attacks guessing acknowledge',
        } as const,
      ]
    : []),
  ...(role === 'operator'
    ? [
        {
          name: 'Live',
          icon: IconActivity,
          link: { to: '/operate/live' },
          also: 'latency errors everyone now',
        } as const,
        {
          name: 'Model catalogue',
          icon: IconServerCog,
          link: { to: '/operate/models' },
          also: 'upstream download price',
        } as const,
        {
          name: 'Prepaid balances',
          icon: IconWallet,
          link: { to: '/operate/balances' },
          also: 'top up credit payment ledger invoice',
        } as const,
      ]
    : []),
  ...(role === 'operator' || role === 'support'
    ? [{ name: 'Outbox', icon: IconMail, link: { to: '/operate/outbox' }, also: 'mail' } as const]
    : []),
  { name: 'Gateways', icon: IconNetwork, link: { to: '/operate/gateways' }, also: 'processes health scale' },
  { name: 'Backups', icon: IconArchive, link: { to: '/operate/backups' }, also: 'restore copy' },
  ...(role === 'operator'
    ? [
        {
          name: 'Vault',
          icon: IconKey,
          link: { to: '/operate/vault' },
          also: 'key encryption rotate shredded sealed',
        } as const,
      ]
    : []),
  { name: 'Staff', icon: IconUserCog, link: { to: '/operate/staff' }, also: 'operators' },
]

/** Every place that this person may go to, grouped by their work. */
export const placesOf = ({ me, organisationId, projectId }: At): readonly PlaceGroup[] => [
  ...(projectId === null ? [] : [{ name: 'Build', places: build(projectId) }]),
  ...(organisationId === null ? [] : [{ name: 'Organisation', places: organisation(organisationId) }]),
  { name: 'Your data', places: yourData },
  { name: 'Privacy', places: privacy },
  ...(me.staffRole === null
    ? []
    : [
        { name: 'Privacy duties', places: duties(me.staffRole) },
        { name: 'Operate', places: operate(me.staffRole) },
      ]),
]
