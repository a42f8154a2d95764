import { Button } from '@mantine/core'
import type { KeyWithSecret } from '../../app/views.ts'
import { CodeBlock } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'

/** Shows the secret of a new key, once. Closes by its button only, so that no stray key press loses the secret. */
export const SecretDialog = ({ made, onClose }: { made: KeyWithSecret; onClose: () => void }) => (
  <Dialog title={`Secret of ${made.name}`}>
    <div className="stack">
      {made.secret === null ? (
        <Notice kind="bad" title="The key was made, but its secret was shown already">
          The first answer got lost on the way. Rotate the key to get a new secret.
        </Notice>
      ) : (
        <>
          <CodeBlock wrap code={made.secret} label="Secret of the key" />
          <Notice kind="info" title="Copy it now">
            It is not kept and cannot be shown again. If it gets lost, rotate the key.
          </Notice>
        </>
      )}
      <div className="dialog-buttons">
        <Button onClick={onClose}>{made.secret === null ? 'Close' : 'I have copied it'}</Button>
      </div>
    </div>
  </Dialog>
)
