import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { policyQuery } from '../../../app/queries.ts'
import { Section } from '../../../ui/page.tsx'

/** Where what is wrong is put right, and whom to write to about the rest. */
export const CorrectSection = () => {
  const { data } = useQuery(policyQuery(useApi()))
  return (
    <Section title="Correct it">
      <p>
        Your name, address, password and sessions are on your{' '}
        <Anchor inherit renderRoot={(props) => <Link to="/account" {...props} />}>
          account page
        </Anchor>
        . For anything else about your data, write to:
      </p>
      <ul className="contacts">
        {data?.contacts.map(({ role, address }) => (
          <li key={role}>
            <span className="soft">{role}:</span>{' '}
            {address.includes('@') ? <Anchor href={`mailto:${address}`}>{address}</Anchor> : address}
          </li>
        ))}
      </ul>
    </Section>
  )
}
