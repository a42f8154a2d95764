import type { AskedErasure } from '../../../app/views.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { When } from '../../../ui/when.tsx'

/** An erasure whose first answer was lost on the way, and with it the only showing of the receipt's address. */
export const LostReceiptDialog = ({ asked, onClose }: { asked: AskedErasure; onClose: () => void }) => (
  <Dialog title="Your erasure was asked for" onClose={onClose}>
    <p>
      It begins <When at={asked.startsAt} />. The address of your receipt is shown once, and that answer was lost: it is
      in the mail to you.
    </p>
  </Dialog>
)
