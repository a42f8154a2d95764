import type { PlanSetting } from '../../../app/views.ts'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { ComparedBadge } from '../../../ui/state-badge.tsx'

const columns: readonly Column<PlanSetting>[] = [
  { name: 'What', show: ({ name }) => <code className="row-name">{name}</code> },
  { name: 'Plan', show: ({ value }) => value },
  { name: 'Policy', show: ({ policy }) => policy },
  { name: 'Compared', show: ({ compared }) => <ComparedBadge compared={compared} /> },
]

/** What a plan sets, beside what the policy says of the same. */
export const PlanSettings = ({ settings }: { settings: readonly PlanSetting[] }) => (
  <Rows label="What the plan sets" columns={columns} rows={settings} keyOf={({ name }) => name} />
)
