import { Outlet } from '@tanstack/react-router'
import { StaffDoor } from '../../operate/staff-only.tsx'

/** The door of the privacy officer's pages; the operator may enter too. */
export const OfficerOnly = () => (
  <StaffDoor title="Privacy" roles={['privacy-officer', 'operator']}>
    <Outlet />
  </StaffDoor>
)
