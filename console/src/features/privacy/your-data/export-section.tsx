import { Button, Progress } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { MyExport } from '../../../app/views.ts'
import { counted } from '../../../ui/format.ts'
import { Notice, ProblemNotice } from '../../../ui/notice.tsx'
import { Section } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { saveFile } from '../../../ui/save-file.ts'
import { When } from '../../../ui/when.tsx'
import { myExportQuery } from './my-data-queries.ts'

const changes = [['my-export'], ['my-requests']] as const

/** Deletes the copy that is there, or stops the one that is made. */
const RemoveButton = ({ word }: { word: string }) => {
  const api = useApi()
  const remove = useAct(() => answer(api.DELETE('/api/v1/me/export')), { changes })
  return (
    <>
      <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
        {word}
      </Button>
      <ProblemNotice error={remove.error} />
    </>
  )
}

const Making = ({ copy: { state, ahead, tablesDone, tablesTotal } }: { copy: MyExport }) => (
  <Notice kind="info" title={state === 'waiting' ? 'Your copy waits its turn' : 'Your copy is being made'}>
    <p>
      {ahead > 0 && `Copies of others before it: ${ahead}. `}
      {tablesDone} of {tablesTotal} tables read. You need not stay here: it goes on by itself.
    </p>
    <Progress.Root size="sm" my="xs">
      <Progress.Section value={Math.floor((tablesDone / tablesTotal) * 100)} aria-label="Your copy" />
    </Progress.Root>
    <RemoveButton word="Stop it" />
  </Notice>
)

const Made = ({ copy: { id, parts, rows, fileName, expiresAt } }: { copy: MyExport }) => {
  const api = useApi()
  const queries = useQueryClient()
  const [fetched, setFetched] = useState(0)
  // The list of what was asked for says that it is done as soon as this does.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['my-requests'] })
  }, [queries])
  const take = useAct(async () => {
    const pieces: Blob[] = []
    for (let part = 0; part < parts; part += 1) {
      const params = { path: { exportId: id, part: String(part) } }
      const { content } = await answer(api.GET('/api/v1/me/export/{exportId}/parts/{part}', { params }))
      pieces.push(new Blob([Uint8Array.from(atob(content), (char) => char.charCodeAt(0))]))
      setFetched(part + 1)
    }
    saveFile(fileName, new Blob(pieces), 'application/gzip')
  })
  return (
    <Notice kind="good" title="Your copy is ready">
      <p>
        {counted(rows, 'row')}.{' '}
        {expiresAt !== null && (
          <>
            It waits for you, sealed, until <When exact at={expiresAt} />.{' '}
          </>
        )}
        Open it with <code>tar -xzf {fileName}</code>; <code>manifest.json</code> says what is in it.
      </p>
      <div className="row-actions">
        <Button size="xs" loading={take.isPending} onClick={() => take.mutate(undefined)}>
          Download
        </Button>
        <RemoveButton word="Delete it" />
      </div>
      {take.isPending && parts > 1 && (
        <p className="small soft" role="status">
          {fetched} of {parts} parts
        </p>
      )}
      <ProblemNotice error={take.error} />
    </Notice>
  )
}

/** A copy of everything about the person, made by the server and fetched here. */
export const ExportSection = () => {
  const api = useApi()
  const { data: copy, error } = useQuery(myExportQuery(api))
  const ask = useAct(() => answer(api.POST('/api/v1/me/export', { body: {} })), { changes })
  const isMaking = copy != null && copy.state !== 'done'
  return (
    <Section
      title="Take it with you"
      about="An archive with a manifest and one file of JSON Lines for each table. Hashes and secrets are left out; the manifest says which."
      actions={
        !isMaking && (
          <Button variant="default" loading={ask.isPending} onClick={() => ask.mutate(undefined)}>
            {copy == null ? 'Make a copy' : 'Make a new copy'}
          </Button>
        )
      }
    >
      <ProblemNotice error={ask.error ?? error} />
      {isMaking && <Making copy={copy} />}
      {copy?.state === 'done' && <Made key={copy.id} copy={copy} />}
      <SameAct
        of="a copy"
        cli="avow privacy export --me"
        call={{ method: 'POST', path: '/api/v1/me/export', body: {} }}
      />
    </Section>
  )
}
