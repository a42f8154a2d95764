import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { policyQuery } from '../../../app/queries.ts'
import { useTakesMessages } from '../../../app/shell/public-pages.ts'
import { Section } from '../../../ui/page.tsx'
import { contactName } from '../contact-words.ts'

/** Where what is wrong is put right, and whom to write to about the rest. */
export const CorrectSection = () => {
  const { data } = useQuery(policyQuery(useApi()))
  const takesMessages = useTakesMessages()
  return (
    <Section title="Correct it">
      <p>
        Your name, address, password and sessions are on your{' '}
        <Anchor inherit renderRoot={(props) => <Link to="/account" {...props} />}>
          account page
        </Anchor>
        . For anything else about your data,{' '}
        {takesMessages ? (
          <>
            <Anchor inherit href="/contact">
              write to us here
            </Anchor>
            : your message gets a date by which it is answered. Or by mail:
          </>
        ) : (
          'write to:'
        )}
      </p>
      <ul className="contacts">
        {data?.contacts.map(({ role, address }) => (
          <li key={role}>
            <span className="soft">{contactName(role)}:</span>{' '}
            {address.includes('@') ? <Anchor href={`mailto:${address}`}>{address}</Anchor> : address}
          </li>
        ))}
      </ul>
    </Section>
  )
}
