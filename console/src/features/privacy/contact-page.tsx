import { Anchor, Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { contactQuery, policyQuery } from '../../app/queries.ts'
import { useAct } from '../../app/use-act.ts'
import { avowLine } from '../../ui/command-line.ts'
import { period } from '../../ui/format.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Page, PageLoading } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { useFields } from '../../ui/use-fields.ts'
import { When } from '../../ui/when.tsx'
import { contactName } from './contact-words.ts'

const nothing = { contact: '', name: '', email: '', text: '' }
const rules = {
  email: (text: string) => (text.includes('@') ? null : 'Give an address for the answer.'),
  text: (text: string) => (text.trim().length < 3 ? 'Say what it is about.' : null),
}

/** How long a message is kept, as the policy says it. */
const Kept = () => {
  const { data } = useQuery(policyQuery(useApi()))
  const rule = data?.retention.find(({ retentionClass }) => retentionClass === 'inquiry')
  if (rule === undefined) return null
  const from = rule.trigger === 'last-activity' ? 'after the last word on it' : 'after it came'
  return (
    <p className="small soft">
      What you send is kept for {period(rule.period)} {from}, sealed, and then deleted:{' '}
      <Anchor inherit href="/policy">
        the policy
      </Anchor>{' '}
      says what else holds for it.
    </p>
  )
}

const Form = ({ contacts }: { contacts: readonly string[] }) => {
  const api = useApi()
  const form = useFields({ ...nothing, contact: contacts[0] ?? '' }, rules)
  const { contact, email, name, text } = form.values
  const body = { contact, email: email.trim(), text: text.trim(), ...(name.trim() === '' ? {} : { name: name.trim() }) }
  const send = useAct((input: typeof body) => answer(api.POST('/api/v1/contact', { body: input })))
  const refused = fieldErrors(send.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (form.check() && !send.isPending) send.mutate(body)
  }
  if (send.data !== undefined)
    return (
      <Notice kind="good" title="Your message has arrived">
        The answer goes to {body.email}, at the latest on <When at={send.data.dueAt} exact />.
      </Notice>
    )
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <NativeSelect
        label="To"
        value={contact}
        onChange={(event) => form.set('contact', event.currentTarget.value)}
        data={contacts.map((value) => ({ value, label: contactName(value) }))}
        error={refused['contact']}
      />
      <TextInput
        label="Your email address"
        type="email"
        autoComplete="email"
        required
        {...form.text('email', refused)}
      />
      <TextInput label="Your name (optional)" autoComplete="name" maxLength={120} {...form.text('name', refused)} />
      <Textarea label="Message" autosize minRows={5} maxLength={10_000} required {...form.text('text', refused)} />
      <ProblemNotice error={send.error} />
      <Kept />
      <Button type="submit" loading={send.isPending}>
        Send message
      </Button>
      <SameAct
        cli={avowLine(
          'contact',
          'write',
          '--to',
          contact,
          '--email',
          body.email || 'EMAIL',
          '--text',
          body.text || 'TEXT',
        )}
        call={{ method: 'POST', path: '/api/v1/contact', body }}
      />
    </form>
  )
}

/** Where anyone writes to the contacts of the policy, with or without an account. */
export const ContactPage = () => {
  const { data, error, isPending, refetch } = useQuery(contactQuery(useApi()))
  return (
    <Page title="Write to us" about="About your data, the law, or anything else. You need no account.">
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && data.contacts.length > 0 && <Form contacts={data.contacts} />}
      {data?.contacts.length === 0 && (
        <p>
          This cloud takes no messages here. <Anchor href="/policy">Its policy</Anchor> says how to reach it.
        </p>
      )}
    </Page>
  )
}
