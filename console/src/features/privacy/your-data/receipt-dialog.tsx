import { Button } from '@mantine/core'
import type { AskedErasure } from '../../../app/views.ts'
import { CodeBlock } from '../../../ui/copy.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { saveFile } from '../../../ui/save-file.ts'
import { When } from '../../../ui/when.tsx'

/** Where a receipt is read in the browser. */
export const receiptAddress = (token: string): string => `${location.origin}/receipts/${token}`

/** The address of a receipt: shown once, because the server keeps a hash of it only. */
export const ReceiptDialog = ({ asked, onClose }: { asked: AskedErasure; onClose: () => void }) => {
  if (asked.receiptToken === null)
    return (
      <Dialog title="Your erasure was asked for" onClose={onClose}>
        <p>
          It begins <When at={asked.startsAt} />. The address of your receipt is shown once, and that answer was lost:
          it is in the mail to you.
        </p>
      </Dialog>
    )
  const address = receiptAddress(asked.receiptToken)
  return (
    <Dialog title="Keep the address of your receipt">
      <div className="stack">
        <p>
          Your erasure begins <When at={asked.startsAt} />; until then you can cancel it here. This address shows how
          far it is, and your receipt when it is done. It needs no account, and nobody can find it for you: it is shown
          here once, and in a mail to you that will be erased too.
        </p>
        <CodeBlock wrap code={address} label="Address of the receipt" />
        <div className="dialog-buttons">
          <Button
            variant="default"
            onClick={() => saveFile('avow-receipt-address.txt', `${address}\n`, 'text/plain;charset=utf-8')}
          >
            Save it as a file
          </Button>
          <Button onClick={onClose}>I have kept it</Button>
        </div>
      </div>
    </Dialog>
  )
}
