import { useCallback, useState, type FC } from "react";

interface Props {
  onLogin(name: string, password: string): Promise<void>;
}

export const Login: FC<Props> = ({ onLogin }) => {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");

  const submit = useCallback(() => onLogin(name, password), [name, password]);

  return (
    <form onSubmit={submit}>
      <input value={name} onChange={(e) => setName(e.target.value)} />
      <input type="password" value={password} onChange={(e) => setPassword(e.target.value)} />
    </form>
  );
};

function strength(password: string): number {
  return new Set(password).size / Math.max(password.length, 1);
}

export default Login;
