import { Outlet } from '@tanstack/react-router'
import { StaffDoor } from '../../operate/staff-only.tsx'

/** The door of the privacy officer's pages; the operator may enter too. */
export const OfficerOnly = () => (
  <StaffDoor title="Privacy" roles={['privacy-officer', 'operator']}>
    <Outlet />
  </StaffDoor>
)

/** Pages about privacy for everyone on the staff. */
export const AnyStaff = () => (
  <StaffDoor title="Privacy" roles={['privacy-officer', 'operator', 'support']}>
    <Outlet />
  </StaffDoor>
)
