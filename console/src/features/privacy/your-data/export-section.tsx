import { Button } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { bytes } from '../../../ui/format.ts'
import { Notice, ProblemNotice } from '../../../ui/notice.tsx'
import { Section } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { saveFile } from '../../../ui/save-file.ts'

interface Taken {
  name: string
  size: number
}

/** A copy of everything about the person, made on request and kept nowhere. */
export const ExportSection = () => {
  const api = useApi()
  const [taken, setTaken] = useState<Taken | null>(null)
  const take = useAct(() => answer(api.POST('/api/v1/me/export', { body: {} })), {
    changes: [['my-requests']],
    onDone: ({ fileName, archive }) => {
      if (archive === null) return setTaken(null)
      const content = Uint8Array.from(atob(archive), (char) => char.charCodeAt(0))
      saveFile(fileName, content, 'application/gzip')
      setTaken({ name: fileName, size: content.length })
    },
  })
  return (
    <Section
      title="Take it with you"
      about="An archive with a manifest and one file of JSON Lines for each table. Hashes and secrets are left out; the manifest says which. No copy stays on the server."
      actions={
        <Button variant="default" loading={take.isPending} onClick={() => take.mutate(undefined)}>
          Download a copy
        </Button>
      }
    >
      <ProblemNotice error={take.error} />
      {take.isPending && (
        <p className="small soft" role="status">
          Every table is being read. The download begins by itself.
        </p>
      )}
      {taken !== null && (
        <Notice kind="good" title={`Downloaded ${taken.name}`}>
          {bytes(taken.size)}. Open it with <code>tar -xzf {taken.name}</code>; <code>manifest.json</code> says what is
          in it.
        </Notice>
      )}
      <SameAct
        of="a copy"
        cli="avow privacy export --me"
        call={{ method: 'POST', path: '/api/v1/me/export', body: {} }}
      />
    </Section>
  )
}
