import { Checkbox } from '@mantine/core'
import type { ErasurePreview } from '../../../app/views.ts'
import { counted, period } from '../../../ui/format.ts'
import { Notice } from '../../../ui/notice.tsx'

/** What stays, by the reason for it: a person reads three reasons rather than a dozen tables. */
const Kept = ({ kept }: { kept: ErasurePreview['kept'] }) => (
  <section className="stack-tight" aria-label="What stays, and why">
    <h3>What stays, and why</h3>
    <ul className="small stays">
      {[
        ...Map.groupBy(
          kept.filter(({ rows }) => rows > 0),
          ({ why }) => why,
        ),
      ].map(([why, tables]) => (
        <li key={why}>
          <strong>{why}</strong>
          <ul className="stays">
            {tables.map(({ table, what, period: length }) => (
              <li key={table} title={`The table ${table}`}>
                {what}: {period(length)}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
    {kept.some(({ rows }) => rows === 0) && (
      <p className="small soft">
        {counted(kept.filter(({ rows }) => rows === 0).length, 'more table')} kept so; nothing of yours is there now.
      </p>
    )}
  </section>
)

const fates: Record<ErasurePreview['organisations'][number]['fate'], string> = {
  erased: 'nobody else is in it: it goes with you',
  stays: 'others own it: it stays',
  'needs-decision': 'you alone own it, and others are in it',
}

/** Organisations and what becomes of each; one that only the person owns closes only when they say so. */
const Organisations = ({
  organisations,
  closing,
  onClosing,
}: {
  organisations: ErasurePreview['organisations']
  closing: readonly string[]
  onClosing: (ids: string[]) => void
}) => (
  <div className="stack-tight">
    <ul className="plain-list small">
      {organisations.map(({ id, name, fate }) => (
        <li key={id}>
          <strong>{name}</strong>: {fates[fate]}
        </li>
      ))}
    </ul>
    {organisations
      .filter(({ fate }) => fate === 'needs-decision')
      .map(({ id, name, otherMembers }) => (
        <Checkbox
          key={id}
          label={`Close ${name} with it, for ${counted(otherMembers, 'other member')} too`}
          description="Or make another member an owner first"
          checked={closing.includes(id)}
          onChange={(event) =>
            onClosing(event.currentTarget.checked ? [...closing, id] : closing.filter((other) => other !== id))
          }
        />
      ))}
  </div>
)

/** What an erasure would do, as the server counted it now. */
export const ErasePreview = ({
  preview,
  closing,
  onClosing,
}: {
  preview: ErasurePreview
  closing: readonly string[]
  onClosing: (ids: string[]) => void
}) => {
  const rows = preview.removed.reduce((sum, one) => sum + one.rows, 0)
  return (
    <div className="stack">
      <p>{preview.irreversible}</p>
      <details>
        <summary className="num">
          What goes: {counted(rows, 'row')} in {counted(preview.removed.length, 'table')}
        </summary>
        <ul className="small stays">
          {preview.removed.map((one) => (
            <li key={one.table}>
              {one.what} (<code>{one.table}</code>): {counted(one.rows, 'row')}
            </li>
          ))}
        </ul>
      </details>
      <Kept kept={preview.kept} />
      {preview.held && (
        <Notice kind="info" title="A legal hold keeps a part">
          It goes when the hold is released; your receipt says so.
        </Notice>
      )}
      {preview.organisations.length > 0 && (
        <Organisations organisations={preview.organisations} closing={closing} onClosing={onClosing} />
      )}
      {preview.blocked !== null && (
        <Notice kind="bad" title="It cannot be asked for now">
          {preview.blocked}
        </Notice>
      )}
    </div>
  )
}
