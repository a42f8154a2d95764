import '../privacy.css'
import { Button, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { avowLine } from '../../../ui/command-line.ts'
import { Empty, Page, Section } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { ChoicesPanel } from '../choices/choices-panel.tsx'
import { ConsentHistory } from '../choices/consent-history.tsx'

/** What people said to the use of their data, for those who asked by letter or mail. */
export const PeoplePage = () => {
  const { person } = useSearch({ from: '/signed-in/officer/privacy/people' })
  const navigate = useNavigate({ from: '/privacy/people' })
  const [text, setText] = useState(person ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void navigate({ search: { person: text.trim() || undefined } })
  }
  return (
    <Page
      title="Consents and choices"
      about="What a person’s data may serve. Write down here what somebody told you by letter, mail or telephone; the record says that it was you."
    >
      <form className="filters" onSubmit={submit}>
        <TextInput
          className="grow"
          label="Person"
          placeholder="Email address or id"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit">Show</Button>
      </form>
      {person === undefined ? (
        <Empty title="Whose choices?">Write the whole address or the id of the person.</Empty>
      ) : (
        <>
          <Section title="What their data serves">
            <ChoicesPanel whose={person} />
          </Section>
          <Section title="What they agreed to and took back">
            <ConsentHistory whose={person} />
          </Section>
          <SameAct
            cli={avowLine('privacy', 'choices', '--person', person)}
            call={{ method: 'GET', path: `/api/v1/privacy/people/${encodeURIComponent(person)}/choices` }}
          />
        </>
      )}
    </Page>
  )
}
