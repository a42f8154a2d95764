import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { TotpSetup } from '../../app/views.ts'
import { CopyButton, CopyId } from '../../ui/copy.tsx'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'

/** The QR code of the secret, drawn in the browser: the secret goes nowhere. */
const QrCode = ({ uri }: { uri: string }) => {
  const { data } = useQuery({
    queryKey: ['qr-code', uri],
    queryFn: async () => {
      const { create } = await import('qrcode')
      const { modules } = create(uri, { errorCorrectionLevel: 'M' })
      const cells = Array.from(modules.data, (dark, at) =>
        dark ? `M${at % modules.size} ${Math.floor(at / modules.size)}h1v1h-1z` : '',
      )
      return { size: modules.size, path: cells.join('') }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  return (
    <div className="qr">
      {data !== undefined && (
        <svg
          viewBox={`-4 -4 ${data.size + 8} ${data.size + 8}`}
          role="img"
          aria-label="QR code of the secret"
          shapeRendering="crispEdges"
        >
          <path d={data.path} fill="#000" />
        </svg>
      )}
    </div>
  )
}

const BackupCodes = ({ codes }: { codes: readonly string[] }) => (
  <div className="stack-tight">
    <h3>2. Keep the backup codes</h3>
    <p className="small soft">
      Each works once in place of a code, for when the app is lost. They are not shown again.
    </p>
    <ul className="codes">
      {codes.map((code) => (
        <li key={code}>
          <code>{code}</code>
        </li>
      ))}
    </ul>
    <div>
      <CopyButton value={codes.join('\n')} label="Copy the codes" />
    </div>
  </div>
)

interface Props {
  setup: TotpSetup
  onDone: () => void
  onCancel: () => void
}

/** Shows secret and backup codes once, and confirms with the first code. */
export const TwoStepSetup = ({ setup, onDone, onCancel }: Props) => {
  const api = useApi()
  const [code, setCode] = useState('')
  const confirm = useAct((body: { code: string }) => answer(api.POST('/api/v1/me/totp/confirm', { body })), {
    changes: [['me']],
    onDone,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate({ code: code.replaceAll(' ', '') })
  }
  if (setup.uri === null || setup.secret === null)
    return (
      <Notice kind="bad" title="The secret was shown already">
        The first answer got lost on the way. Cancel and begin again.
        <div>
          <Button size="xs" variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </Notice>
    )
  return (
    <div className="two-step">
      <div className="stack-tight">
        <h3>1. Scan it with your authenticator app</h3>
        <QrCode uri={setup.uri} />
        <p className="small">
          Or type the secret: <CopyId id={setup.secret} />
        </p>
      </div>
      {setup.backupCodes !== null && <BackupCodes codes={setup.backupCodes} />}
      <form className="stack form-narrow" onSubmit={submit}>
        <TextInput
          label="3. Write the code that the app shows"
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <ProblemNotice error={confirm.error} />
        <div className="inline">
          <Button type="submit" loading={confirm.isPending}>
            Turn on
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </form>
    </div>
  )
}
