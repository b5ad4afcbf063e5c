import React, { useState } from 'react';

const currency = 'EUR';

export function Price({ amount }) {
  return (
    <span className="price">
      {amount.toFixed(2)} {currency}
    </span>
  );
}

export const Quantity = React.memo(({ value, onChange }) => {
  const [draft, setDraft] = useState(value);
  return (
    <input
      type="number"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => onChange(Number(draft))}
    />
  );
});

export default class Basket extends React.Component {
  state = { open: false };

  toggle = () => {
    this.setState({ open: !this.state.open });
  };

  render() {
    return <div onClick={this.toggle}>{this.props.items.map((i) => <Price key={i.id} {...i} />)}</div>;
  }
}
