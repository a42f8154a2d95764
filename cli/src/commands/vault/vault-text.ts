import type { VaultState } from '../../api-types.ts'
import { shownTime } from '../../time.ts'

export const vaultText = (state: VaultState): string => `Key-encryption key: ${state.keyId}
In force since:     ${shownTime(state.since)}
Subjects with keys: ${state.dataKeys.toLocaleString('en')}
Keys destroyed:     ${state.shredded.toLocaleString('en')}
Rotation:           ${state.rotation === null ? 'none under way' : `under way, ${state.rotation.left.toLocaleString('en')} keys left`}
`
