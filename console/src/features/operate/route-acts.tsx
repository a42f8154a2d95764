import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { ModelRoute } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { Menu } from '../../ui/menu.tsx'
import { useFields } from '../../ui/use-fields.ts'
import { ShareInputs, shareRules } from './route-fields.tsx'

interface Props {
  modelId: string
  route: ModelRoute
  /** Where it is, in words. */
  place: string
}

interface Change {
  weight?: number
  tier?: number
  enabled?: boolean
}

const pathOf = ({ modelId, route }: Props) =>
  `/api/v1/operate/models/${encodeURIComponent(modelId)}/routes/${encodeURIComponent(route.id)}`

const useChange = ({ modelId, route }: Props, onClose: () => void) => {
  const api = useApi()
  const path = { modelId, routeId: route.id }
  return useAct(
    (body: Change) =>
      answer(api.PATCH('/api/v1/operate/models/{modelId}/routes/{routeId}', { params: { path }, body })),
    { changes: [['models']], onDone: onClose },
  )
}

const ShareDialog = ({ onClose, ...props }: Props & { onClose: () => void }) => {
  const { modelId, route, place } = props
  const form = useFields({ weight: String(route.weight), tier: String(route.tier) }, shareRules)
  const change = useChange(props, onClose)
  const { weight, tier } = form.values
  const body = { weight: Number(weight), tier: Number(tier) }
  return (
    <ActDialog
      onClose={onClose}
      title={`Share of ${place}`}
      act="Save"
      busy={change.isPending}
      error={change.error}
      cli={avowLine('route', 'set', modelId, route.id, '--weight', weight, '--tier', tier)}
      call={{ method: 'PATCH', path: pathOf(props), body }}
      onSubmit={() => {
        if (form.check()) change.mutate(body)
      }}
    >
      <ShareInputs form={form} />
    </ActDialog>
  )
}

const SwitchDialog = ({ onClose, ...props }: Props & { onClose: () => void }) => {
  const { modelId, route, place } = props
  const change = useChange(props, onClose)
  const body = { enabled: !route.enabled }
  const act = route.enabled ? 'Disable' : 'Enable'
  return (
    <ActDialog
      onClose={onClose}
      title={`${act} ${place}`}
      act={act}
      danger={route.enabled}
      busy={change.isPending}
      error={change.error}
      cli={avowLine('route', 'set', modelId, route.id, route.enabled ? '--disable' : '--enable')}
      call={{ method: 'PATCH', path: pathOf(props), body }}
      onSubmit={() => change.mutate(body)}
    >
      <p>
        {route.enabled
          ? 'No more requests go there; those that are there end. You can enable it again.'
          : 'Requests go there again.'}
      </p>
    </ActDialog>
  )
}

const RemoveDialog = ({ onClose, ...props }: Props & { onClose: () => void }) => {
  const { modelId, route, place } = props
  const api = useApi()
  const path = { modelId, routeId: route.id }
  const remove = useAct(
    () => answer(api.DELETE('/api/v1/operate/models/{modelId}/routes/{routeId}', { params: { path } })),
    { changes: [['models']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Remove ${place}`}
      act="Remove server"
      danger
      busy={remove.isPending}
      error={remove.error}
      cli={avowLine('route', 'remove', modelId, route.id, '--yes')}
      call={{ method: 'DELETE', path: pathOf(props) }}
      onSubmit={() => remove.mutate(undefined)}
    >
      <p>No more requests go there, and its key is forgotten. Usage that is booked stays.</p>
    </ActDialog>
  )
}

/** What an operator can do with a server of a pool. */
export const RouteActs = (props: Props) => {
  const { route, place } = props
  const [act, setAct] = useState<'share' | 'switch' | 'remove' | null>(null)
  const close = () => setAct(null)
  const others = [
    { name: route.enabled ? 'Disable' : 'Enable', onSelect: () => setAct('switch') },
    { name: 'Remove', onSelect: () => setAct('remove') },
  ]
  return (
    <div className="row-actions">
      <Menu
        label={`Acts on ${place}`}
        face={<IconDots size={16} aria-hidden />}
        faceClass="icon-button bordered"
        groups={[
          {
            entries: [
              { name: 'Change its share', onSelect: () => setAct('share') },
              ...(route.kind === 'own' ? [] : others),
            ],
          },
        ]}
      />
      {act === 'share' && <ShareDialog {...props} onClose={close} />}
      {act === 'switch' && <SwitchDialog {...props} onClose={close} />}
      {act === 'remove' && <RemoveDialog {...props} onClose={close} />}
    </div>
  )
}
