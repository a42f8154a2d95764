/** A person in a list: name, and address below it. */
export const PersonName = ({ person }: { person: { name: string; email: string } }) => (
  <div className="stack-tight">
    <span className="row-name">{person.name}</span>
    <span className="small soft">{person.email}</span>
  </div>
)
