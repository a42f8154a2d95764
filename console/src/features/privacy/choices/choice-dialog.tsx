import { useApi } from '../../../app/app-context.tsx'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { type ChoiceAct, choiceCall, choiceLine, sendChoice, type Whose } from './choice-acts.ts'

const texts: Record<ChoiceAct['kind'], { title: string; act: string; says: string }> = {
  restrict: {
    title: 'Have the data stored and not used',
    act: 'Restrict its use',
    says: 'Nothing is done with it but storing, answering requests of the person, claims and security. Keys and sessions keep working; others no longer see the name. It holds until it is lifted.',
  },
  unrestrict: {
    title: 'Let the data be used again',
    act: 'Lift the restriction',
    says: 'What the policy lists may be done again.',
  },
  limit: {
    title: 'Limit sensitive data',
    act: 'Limit its use',
    says: 'Sensitive data serves nothing but the service and its security from now on.',
  },
  unlimit: {
    title: 'Lift the limit on sensitive data',
    act: 'Lift the limit',
    says: 'What the policy lists may be done again.',
  },
  object: {
    title: 'Object to this use',
    act: 'Object',
    says: 'The data no longer serves this purpose. Everything else goes on.',
  },
  unobject: { title: 'Take the objection back', act: 'Take it back', says: 'The data may serve this purpose again.' },
  give: {
    title: 'Agree to this use',
    act: 'Agree',
    says: 'It is recorded with the time and the version of the policy, and can be withdrawn as easily.',
  },
  withdraw: {
    title: 'Withdraw the consent',
    act: 'Withdraw',
    says: 'This use stops at once, and no other does. What was agreed and withdrawn stays on record.',
  },
}

interface Props {
  act: ChoiceAct
  /** What the purpose is, in the policy’s words. */
  label: string
  whose: Whose
  onClose: () => void
}

/** Says one thing to the use of data. */
export const ChoiceDialog = ({ act, label, whose, onClose }: Props) => {
  const api = useApi()
  const send = useAct((input: ChoiceAct) => sendChoice(api, input, whose), {
    changes: [['choices'], ['consents'], ['my-requests'], ['requests']],
    onDone: onClose,
  })
  const { title, act: word, says } = texts[act.kind]
  return (
    <ActDialog
      onClose={onClose}
      title={title}
      act={word}
      busy={send.isPending}
      error={send.error}
      cli={choiceLine(act, whose)}
      call={choiceCall(act, whose)}
      onSubmit={() => send.mutate(act)}
    >
      {label !== '' && (
        <p>
          <strong>{label}</strong>
        </p>
      )}
      <p>{says}</p>
    </ActDialog>
  )
}
