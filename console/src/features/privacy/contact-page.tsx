import { Anchor, Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { avowLine } from '../../ui/command-line.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Page, PageLoading } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { useFields } from '../../ui/use-fields.ts'
import { When } from '../../ui/when.tsx'

const nothing = { contact: '', name: '', email: '', text: '' }
const rules = {
  email: (text: string) => (text.includes('@') ? null : 'Give an address for the answer.'),
  text: (text: string) => (text.trim().length < 3 ? 'Say what it is about.' : null),
}
const plain = (contact: string): string => contact.replaceAll('-', ' ')

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
        The answer goes to {body.email}, at the latest <When at={send.data.dueAt} />.
      </Notice>
    )
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <NativeSelect
        label="To"
        value={contact}
        onChange={(event) => form.set('contact', event.currentTarget.value)}
        data={contacts.map((value) => ({ value, label: plain(value) }))}
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
      <Button type="submit" loading={send.isPending}>
        Send message
      </Button>
    </form>
  )
}

/** Where anyone writes to the contacts of the policy, with or without an account. */
export const ContactPage = () => {
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['contact'],
    queryFn: () => answer(api.GET('/api/v1/contact')),
  })
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
