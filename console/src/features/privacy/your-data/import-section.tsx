import { Button } from '@mantine/core'
import { IconCircleCheck, IconCirclePlus } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { Imported } from '../../../app/views.ts'
import { avowLine } from '../../../ui/command-line.ts'
import { counted } from '../../../ui/format.ts'
import { Notice, ProblemNotice } from '../../../ui/notice.tsx'
import { Section } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { Badge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'

/** The bytes of a file in base64, as the API takes them. */
const base64Of = async (file: File): Promise<string> => {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const parts: string[] = []
  // In pieces: a call takes only so many arguments. A multiple of three, so that the pieces can be joined.
  for (let at = 0; at < bytes.length; at += 30_000)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 30_000))))
  return parts.join('')
}

type Made = Imported['made'][number]
const madeColumns: readonly Column<Made>[] = [
  { name: 'Name', show: ({ name }) => <span className="row-name">{name}</span> },
  { name: 'Kind', show: ({ kind }) => (kind === 'name' ? 'your name' : kind) },
  {
    name: 'State',
    show: ({ isNew }) =>
      isNew ? (
        <Badge tone="good" shape={IconCirclePlus} word="made" />
      ) : (
        <Badge tone="calm" shape={IconCircleCheck} word="was there already" />
      ),
  },
]
type Kept = Imported['kept'][number]
const keptColumns: readonly Column<Kept>[] = [
  { name: 'Table', show: ({ table }) => <code className="row-name">{table}</code> },
  { name: 'Rows', numeric: true, show: ({ rows }) => rows },
  { name: 'Why', show: ({ why }) => <span className="small">{why}</span> },
]

const Result = ({ result }: { result: Imported }) => {
  const made = result.made.filter(({ isNew }) => isNew).length
  return (
    <>
      <Notice kind="good" title={made === 0 ? 'Everything was there already' : `${counted(made, 'thing')} made`}>
        From the export of <When at={result.madeAt} />.
      </Notice>
      <Rows
        label="What was made anew"
        columns={madeColumns}
        rows={result.made}
        keyOf={({ kind, name, id }) => `${kind} ${name} ${id}`}
      />
      {result.kept.length > 0 && (
        <details>
          <summary>What stays in the archive, and why ({counted(result.kept.length, 'table')})</summary>
          <Rows
            label="What stays in the archive"
            columns={keptColumns}
            rows={result.kept}
            keyOf={({ table }) => table}
          />
        </details>
      )}
    </>
  )
}

/** Brings an export of another Avow here. */
export const ImportSection = () => {
  const api = useApi()
  const input = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('me.tar.gz')
  const bring = useAct(async (archive: string) => answer(api.POST('/api/v1/me/import', { body: { archive } })), {
    changes: [['me'], ['my-data'], ['projects']],
  })
  return (
    <Section
      title="Bring it from another Avow"
      about="The archive that was downloaded there. Your name, your organisations and their projects are made anew; of everything else it says why it stays in the archive. Doing it twice adds nothing."
      actions={
        <Button variant="default" loading={bring.isPending} onClick={() => input.current?.click()}>
          Choose the archive
        </Button>
      }
    >
      <input
        ref={input}
        type="file"
        accept=".tar.gz,.tgz,application/gzip"
        aria-label="Archive to bring"
        hidden
        onChange={async (event) => {
          const chosen = event.currentTarget
          const file = chosen.files?.[0]
          if (file === undefined) return
          setName(file.name)
          bring.mutate(await base64Of(file))
          // The same file can be chosen again after a refusal.
          chosen.value = ''
        }}
      />
      <ProblemNotice error={bring.error} />
      {bring.data !== undefined && <Result result={bring.data} />}
      <SameAct
        of="bring it"
        cli={avowLine('privacy', 'import', name)}
        call={{ method: 'POST', path: '/api/v1/me/import', body: { archive: 'BASE64 OF THE FILE' } }}
      />
    </Section>
  )
}
