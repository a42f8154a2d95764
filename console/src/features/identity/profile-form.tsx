import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'

/** Corrects one's own name. */
export const ProfileForm = () => {
  const api = useApi()
  const me = useMe()
  const [name, setName] = useState(me.name)
  const save = useAct((body: { name: string }) => answer(api.PATCH('/api/v1/me', { body })), { changes: [['me']] })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate({ name: name.trim() })
  }
  return (
    <form className="stack form-narrow" onSubmit={submit}>
      <TextInput
        label="Name"
        description="Members of your organisations see it"
        autoComplete="name"
        required
        maxLength={120}
        value={name}
        error={fieldErrors(save.error)['name']}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ProblemNotice error={save.error} />
      {save.isSuccess && <Notice kind="good" title="Saved" />}
      <div>
        <Button type="submit" variant="default" loading={save.isPending} disabled={name.trim() === me.name}>
          Save
        </Button>
      </div>
    </form>
  )
}
