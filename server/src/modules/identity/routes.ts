import { accountEndpoints, keyEndpoints, organisationEndpoints } from '@avow/contract'
import { type Route, route } from '../../platform/http/index.ts'
import type { Identity } from './identity.ts'
import { changeKey, revokeKey, rotateKey } from './keys/change-key.ts'
import { createKey, createPlaygroundKey } from './keys/create-key.ts'
import { listKeys, showKey } from './keys/show-keys.ts'
import { acceptInvitation } from './organisations/accept-invitation.ts'
import { changeMember, removeMember } from './organisations/change-member.ts'
import { closeOwnOrganisation, reopenOrganisation } from './organisations/close-own-organisation.ts'
import { createOwnOrganisation } from './organisations/create-organisation.ts'
import { invite, listInvitations, revokeInvitation } from './organisations/invite.ts'
import { listEveryClosed, listOwnClosed } from './organisations/list-closed.ts'
import {
  changeOrganisation,
  listOrganisations,
  showMembers,
  showOrganisation,
} from './organisations/show-organisations.ts'
import { cancelEmailChange, changeEmail, showEmail } from './people/change-email.ts'
import { changePassword } from './people/change-password.ts'
import { closeOwnAccount } from './people/close-own-account.ts'
import { confirmEmail, undoEmail } from './people/confirm-email.ts'
import { reopenAccount } from './people/reopen-account.ts'
import { requestPasswordReset } from './people/request-password-reset.ts'
import { resendVerification } from './people/resend-verification.ts'
import { resetPassword } from './people/reset-password.ts'
import { showMe } from './people/show-me.ts'
import { signIn } from './people/sign-in.ts'
import { signOut } from './people/sign-out.ts'
import { signUp } from './people/sign-up.ts'
import { updateMe } from './people/update-me.ts'
import { verifyEmail } from './people/verify-email.ts'
import { projectRoutes } from './projects/project-routes.ts'
import { beginTotp } from './second-factor/begin-totp.ts'
import { confirmTotp } from './second-factor/confirm-totp.ts'
import { removeTotp } from './second-factor/remove-totp.ts'
import { endOtherSessions } from './sessions/end-other-sessions.ts'
import { endSession } from './sessions/end-session.ts'
import { listSessions } from './sessions/list-sessions.ts'
import { staffRoutes } from './staff/staff-routes.ts'

/** Those that open their own transactions hash passwords, or count attempts that must stay counted when refused. */
const accountRoutes = (identity: Identity): Route[] => [
  route(accountEndpoints.signUp, signUp(identity), 'handler'),
  route(accountEndpoints.verifyEmail, verifyEmail(identity), 'handler'),
  route(accountEndpoints.resendVerification, resendVerification(identity), 'handler'),
  route(accountEndpoints.signIn, signIn(identity), 'handler'),
  route(accountEndpoints.signOut, signOut(identity)),
  route(accountEndpoints.requestPasswordReset, requestPasswordReset(identity), 'handler'),
  route(accountEndpoints.resetPassword, resetPassword(identity), 'handler'),
  route(accountEndpoints.me, showMe(identity)),
  route(accountEndpoints.updateMe, updateMe(identity)),
  route(accountEndpoints.showEmail, showEmail(identity)),
  route(accountEndpoints.changeEmail, changeEmail(identity), 'handler'),
  route(accountEndpoints.cancelEmailChange, cancelEmailChange()),
  route(accountEndpoints.confirmEmail, confirmEmail(identity), 'handler'),
  route(accountEndpoints.closeMe, closeOwnAccount(identity), 'handler'),
  route(accountEndpoints.reopenMe, reopenAccount(identity), 'handler'),
  route(accountEndpoints.undoEmail, undoEmail(identity), 'handler'),
  route(accountEndpoints.changePassword, changePassword(identity), 'handler'),
  route(accountEndpoints.listSessions, listSessions(identity)),
  route(accountEndpoints.endSession, endSession(identity)),
  route(accountEndpoints.endOtherSessions, endOtherSessions(identity)),
  route(accountEndpoints.beginTotp, beginTotp(identity), 'handler'),
  route(accountEndpoints.confirmTotp, confirmTotp(identity), 'handler'),
  route(accountEndpoints.removeTotp, removeTotp(identity), 'handler'),
]

const organisationRoutes = (identity: Identity): Route[] => [
  route(organisationEndpoints.list, listOrganisations(identity)),
  route(organisationEndpoints.create, createOwnOrganisation(identity)),
  route(organisationEndpoints.get, showOrganisation(identity)),
  route(organisationEndpoints.update, changeOrganisation(identity)),
  route(organisationEndpoints.close, closeOwnOrganisation(identity), 'handler'),
  route(organisationEndpoints.reopen, reopenOrganisation(identity)),
  route(organisationEndpoints.listClosed, listOwnClosed(identity)),
  route(organisationEndpoints.listEveryClosed, listEveryClosed(identity)),
  route(organisationEndpoints.listMembers, showMembers(identity)),
  route(organisationEndpoints.changeMember, changeMember(identity)),
  route(organisationEndpoints.removeMember, removeMember(identity)),
  route(organisationEndpoints.listInvitations, listInvitations(identity)),
  route(organisationEndpoints.invite, invite(identity)),
  route(organisationEndpoints.revokeInvitation, revokeInvitation(identity)),
  route(organisationEndpoints.acceptInvitation, acceptInvitation(identity)),
]

const keyRoutes = (identity: Identity): Route[] => [
  route(keyEndpoints.list, listKeys(identity)),
  route(keyEndpoints.create, createKey(identity)),
  route(keyEndpoints.createPlayground, createPlaygroundKey(identity)),
  route(keyEndpoints.get, showKey(identity)),
  route(keyEndpoints.update, changeKey(identity)),
  route(keyEndpoints.rotate, rotateKey(identity)),
  route(keyEndpoints.revoke, revokeKey(identity)),
]

export const identityRoutes = (identity: Identity): Route[] => [
  ...accountRoutes(identity),
  ...organisationRoutes(identity),
  ...projectRoutes(identity),
  ...keyRoutes(identity),
  ...staffRoutes(identity),
]
