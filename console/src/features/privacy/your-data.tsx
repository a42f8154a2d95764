import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { policyQuery } from '../../app/queries.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Section } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { dataMapQuery } from './data-map-query.ts'
import { type Held, heldAboutMe } from './held-about-me.ts'

const columns: readonly Column<Held>[] = [
  { name: 'What', show: ({ what }) => what },
  { name: 'Why', show: ({ why }) => <span className="small">{why}</span> },
  { name: 'How long', show: ({ howLong }) => <span className="small">{howLong}</span> },
]

const Contacts = ({ contacts }: { contacts: readonly { role: string; address: string }[] }) => (
  <ul className="contacts">
    {contacts.map(({ role, address }) => (
      <li key={role}>
        <span className="soft">{role}:</span>{' '}
        {address.includes('@') ? <Anchor href={`mailto:${address}`}>{address}</Anchor> : address}
      </li>
    ))}
  </ul>
)

/** What this cloud holds about the person who is signed in, why, for how long, and whom to ask. */
export const YourData = () => {
  const api = useApi()
  const map = useQuery(dataMapQuery(api))
  const policy = useQuery(policyQuery(api))
  const again = () => {
    void map.refetch()
    void policy.refetch()
  }
  return (
    <Section
      title="Your data"
      about={
        <>
          What can be held about you, by kind. The{' '}
          <Anchor inherit renderRoot={(props) => <Link to="/privacy/data-map" search={{}} {...props} />}>
            data map
          </Anchor>{' '}
          shows the same column by column, and the <a href="/policy">privacy policy</a> the rules.
        </>
      }
    >
      <ProblemNotice error={map.error ?? policy.error} again={again} />
      {map.data !== undefined && policy.data !== undefined && (
        <>
          <Rows
            label="What is held about you"
            columns={columns}
            rows={heldAboutMe(map.data, policy.data.retention)}
            keyOf={({ category }) => category}
          />
          <div className="stack-tight">
            <p>For anything about your data, write to:</p>
            <Contacts contacts={policy.data.contacts} />
          </div>
        </>
      )}
      <p className="soft">
        Above you can correct your name and end your sessions. A copy of your data and its erasure cannot be had here by
        yourself yet: ask for them at the address above.
      </p>
    </Section>
  )
}
