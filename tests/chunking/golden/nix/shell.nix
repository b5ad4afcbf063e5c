{ pkgs ? import <nixpkgs> { } }:

let
  # Python with what the tests need.
  python = pkgs.python3.withPackages (ps: [
    ps.pytest
    ps.hypothesis
  ]);

  mkTool = name: text:
    pkgs.writeShellScriptBin name ''
      set -e
      ${text}
    '';
in
pkgs.mkShell {
  packages = [ python (mkTool "check" "pytest -q") ];
}
