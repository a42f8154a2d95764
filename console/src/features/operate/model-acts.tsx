import { Button } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { OperatorModel } from '../../app/views.ts'
import { Menu } from '../../ui/menu.tsx'
import { ProblemNotice } from '../../ui/notice.tsx'
import { EditModelDialog, RemoveModelDialog, SwitchModelDialog } from './model-dialogs.tsx'

type Act = 'edit' | 'switch' | 'remove'

const Download = ({ model }: { model: OperatorModel }) => {
  const api = useApi()
  const download = useAct(
    () => answer(api.POST('/api/v1/operate/models/{modelId}/download', { params: { path: { modelId: model.id } } })),
    { changes: [['models']] },
  )
  return (
    <>
      <Button size="xs" loading={download.isPending} onClick={() => download.mutate(undefined)}>
        {model.state === 'failed' ? 'Try again' : 'Download'}
        <span className="only-read"> {model.name}</span>
      </Button>
      <ProblemNotice error={download.error} />
    </>
  )
}

/** What an operator can do with a model. */
export const ModelActs = ({ model }: { model: OperatorModel }) => {
  const [act, setAct] = useState<Act | null>(null)
  const close = () => setAct(null)
  const canDownload = model.served === 'embedded' && (model.state === 'absent' || model.state === 'failed')
  return (
    <div className="row-actions">
      {canDownload && <Download model={model} />}
      <Menu
        label={`Acts on ${model.name}`}
        face={<IconDots size={16} aria-hidden />}
        faceClass="icon-button bordered"
        groups={[
          {
            entries: [
              { name: 'Pool of servers', link: { to: '/operate/models/$modelId', params: { modelId: model.id } } },
              { name: 'Change prices', onSelect: () => setAct('edit') },
              { name: model.state === 'disabled' ? 'Enable' : 'Disable', onSelect: () => setAct('switch') },
              { name: 'Remove', onSelect: () => setAct('remove') },
            ],
          },
        ]}
      />
      {act === 'edit' && <EditModelDialog model={model} onClose={close} />}
      {act === 'switch' && <SwitchModelDialog model={model} onClose={close} />}
      {act === 'remove' && <RemoveModelDialog model={model} onClose={close} />}
    </div>
  )
}
