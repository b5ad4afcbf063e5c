"""No definition without its name: the kinds of code in which grammars, macros or calls stand between the two."""

from time import process_time

import pytest

from dowse.chunking.chunk import Kind
from dowse.chunking.chunker import chunk_text


def found(path, text):
    """Return names after their containers, as ``container.name``."""
    return [".".join(filter(None, (chunk.container, chunk.name))) for chunk in chunk_text(path, text)]


CASES = {
    # Macros of C and C++.
    "an export macro before a class": (
        "a.hpp",
        "class LIB_API(1) Crane final : public Machine {\n public:\n  int lift() const {\n    int y = x_;\n"
        "    return y;\n  }\n};\n",
        ["Crane", "Crane.lift"],
    ),
    "a macro in lower case, an enum and a struct": (
        "a.hpp",
        "enum class lib_export Size : int {\n  Small,\n  Big\n};\nstruct LIB_HIDDEN Box {\n"
        "  void turn(int n) {\n    a += n;\n    b();\n  }\n};\n",
        ["Size", "Box", "Box.turn"],
    ),
    "macros that open a namespace": (
        "a.cpp",
        "namespace lib {\nLIB_NAMESPACE_BEGIN\n\nnamespace inner {\nint add(int x) {\n  int y = x;\n"
        "  return y;\n}\nint sub(int x) {\n  int y = x;\n  return y;\n}\n}\n}\n",
        ["lib.inner.add", "lib.inner.sub"],
    ),
    "macros of attributes around a function": (
        "a.cpp",
        "namespace a {\nInfo* LIB_NULLABLE Get(const C& c) {\n  x();\n  return y;\n}\n"
        "LIB_API static int Put(int a) LIB_NOEXCEPT {\n  x();\n  return y;\n}\n}\n",
        ["a.Get", "a.Put"],
    ),
    "macros of an engine": (
        "Belt.h",
        '#pragma once\nclass UObject;\nUCLASS(Config=Game, meta=(A="b"))\n'
        "class DEPOT_API UBelt : public UObject\n{\n\tGENERATED_BODY()\npublic:\n\tUFUNCTION()\n"
        "\tvoid Slow(int a)\n\t{\n\t\tb();\n\t\tc();\n\t}\n};\n",
        ["Belt", "UBelt", "UBelt.Slow"],
    ),
    "branches of the preprocessor that open two bodies": (
        "a.c",
        "#ifdef WIDE\nint send(long a) {\n#else\nint send(int a) {\n#endif\n  b();\n  return 1;\n}\n\n"
        "int take(int a) {\n#if 0\n  } }\n#endif\n  c();\n  return 1;\n}\n",
        ["send", "take"],
    ),
    "conditions within an initializer and a list": (
        "a.cc",
        'const char* help =\n  "a"\n#ifdef B\n  "b"\n#endif\n  ;\nLimiter::Limiter(int n)\n    :\n'
        "#if !defined(NDEBUG)\n      most_(n),\n#endif\n      allowed_(n) {\n  check();\n  go();\n}\n",
        ["Limiter.Limiter"],
    ),
    "an operator of a class": (
        "a.cc",
        "bool ns::Box::operator ==(const Box& o) const {\n  a();\n  return b;\n}\n",
        ["ns.Box.operator =="],
    ),
    "a definition by a macro in C": (
        "a.c",
        "SYSCALL_DEFINE2(tare, int, fd, long, n)\n{\n\ta();\n\treturn 0;\n}\n",
        ["tare"],
    ),
    "tests by macros": (
        "a_test.cc",
        "TEST_P(ScaleTest, Tares) {\n  a();\n  b();\n}\nBOOST_AUTO_TEST_CASE(weighs) {\n  a();\n  b();\n}\n"
        'TEST_CASE("turns, slowly", "[belt]") {\n  a();\n  b();\n}\nSCENARIO("it is full") {\n  a();\n'
        "  b();\n}\n",
        ["ScaleTest.Tares", "weighs", "turns, slowly", "it is full"],
    ),
    "directives between the members of a class": (
        "A.cs",
        "#if NET8_0\nusing X;\n#endif\nclass A {\n#region b\n#if DEBUG\n    void F() {\n        a();\n"
        "        b();\n    }\n#else\n    void G() {\n        a();\n        b();\n    }\n#endif\n"
        "#endregion\n}\n",
        ["A", "A.F", "A.G"],
    ),
    # Functions on their way to a name.
    "functions through calls": (
        "a.ts",
        "export const save = retry(log(async (a: A) => {\n  await b(a)\n  c()\n}), 3).named('save')\n"
        "export const load = (auth(async (a) => {\n  b()\n  c()\n})) satisfies H\nexports.drop = wrap(\n"
        "  async function (a) {\n    b()\n    c()\n  },\n)\nBox.prototype.tilt = throttle(function () {\n"
        "  this.a()\n  this.b()\n}, 9)\n"
        "const total = rows.filter(isOpen).map((row) => row.weight).reduce((a, b) => a + b, 0)"
        " + other.reduce((a, b) => a)\n",
        ["save", "load", "drop", "Box.tilt", "total"],
    ),
    "components": (
        "a.tsx",
        "export const Card = React.forwardRef<A, B>(({ x }, ref) => (\n  <div ref={ref}>{x}</div>\n))\n"
        "const Row = memo(observer(({ a }) => {\n  const b = a\n  return <i>{b}</i>\n}))\n"
        "export default React.memo(forwardRef(function Scanner(props, ref) {\n  const a = 1\n"
        "  return <b>{a}</b>\n}))\n",
        ["Card", "Row", "Scanner"],
    ),
    "what a module exports as a whole": (
        "pool.js",
        "module.exports = function (app) {\n  a();\n  b();\n};\n",
        ["pool"],
    ),
    "a class that a module exports": (
        "x.js",
        "module.exports = class Pool extends Base {\n  take() {\n    a();\n    b();\n  }\n};\n",
        ["Pool", "Pool.take"],
    ),
    "functions that a module exports": (
        "x.js",
        "module.exports = {\n  create() {\n    a();\n    b();\n  },\n  drop: async function () {\n"
        "    a();\n    b();\n  },\n};\n",
        ["create", "drop"],
    ),
    "a default export without a name": (
        "pages/weigh.js",
        "export default async (a) => {\n  b(a);\n  c();\n};\n",
        ["weigh"],
    ),
    "a prototype": (
        "x.js",
        "Foo.prototype = {\n  bar: function () {\n    a();\n    b();\n  },\n};\n",
        ["Foo", "Foo.bar"],
    ),
    # Routes.
    "routes of JavaScript": (
        "r.js",
        "app.get('/a', auth, async (req, res) => {\n  x();\n  res.end();\n});\n"
        'router.use("/b", wrap((req) => {\n  x();\n  y();\n}));\ncache.get(\'key\', () => {\n  x();\n'
        "  y();\n});\n",
        ["GET /a", "USE /b"],
    ),
    "routes of Ruby": (
        "r.rb",
        "post '/a/:id' do\n  x\n  y\nend\n",
        ["POST /a/:id"],
    ),
    "routes of PHP": (
        "r.php",
        "<?php\nRoute::put('/a/{id}', function ($id) {\n    x();\n    return y();\n})->name('a');\n"
        "$app->delete('/b', function ($r) {\n    x();\n    return y();\n});\n",
        ["PUT /a/{id}", "DELETE /b"],
    ),
    "routes of C#": (
        "r.cs",
        'app.MapPost("/a", (int id) => {\n    x();\n    return y();\n});\n',
        ["POST /a"],
    ),
    "routes of Perl": (
        "r.pl",
        "use Mojolicious::Lite;\nget '/a/:id' => sub {\n    a();\n    b();\n};\n",
        ["GET /a/:id"],
    ),
    # Tests by their titles.
    "tests of JavaScript": (
        "a.test.ts",
        "describe.skip('belts', () => {\n  it.only('stops', async () => {\n    a();\n    b();\n  });\n"
        "  test.each([[1], [2]])('adds %i', (n) => {\n    a();\n    b();\n  });\n"
        "  it('waits', withBelt(() => {\n    a();\n    b();\n  }));\n});\ntest.describe('page', () => {\n"
        "  test('opens', { tag: '@x' }, async ({ page }) => {\n    a();\n    b();\n  });\n});\n",
        ["belts.stops", "belts.adds %i", "belts.waits", "page.opens"],
    ),
    "tests of Dart": (
        "a_test.dart",
        "void main() {\n  group('belts', () {\n    test('stops', () {\n      a();\n      a();\n      a();\n"
        "      a();\n      a();\n      a();\n      a();\n      a();\n      a();\n      a();\n      a();\n"
        "      a();\n      a();\n      a();\n      a();\n      a();\n      a();\n      a();\n      a();\n"
        "      a();\n    });\n    testWidgets('shows', (t) async {\n      b();\n      b();\n      b();\n"
        "      b();\n      b();\n      b();\n      b();\n      b();\n      b();\n      b();\n      b();\n"
        "      b();\n      b();\n      b();\n      b();\n      b();\n      b();\n      b();\n      b();\n"
        "      b();\n    });\n  });\n}\n",
        ["main", "main.belts.stops", "main.belts.shows"],
    ),
    "tests of the shell": (
        "a.bats",
        '@test "weighs a parcel" {\n  run weigh\n  [ "$status" -eq 0 ]\n}\n',
        ["weighs a parcel"],
    ),
    "tests of PowerShell": (
        "a.Tests.ps1",
        "Describe 'Belt' {\n    It 'stops' {\n        a | Should -Be 1\n        b | Should -Be 2\n    }\n"
        "}\n",
        ["Belt.stops"],
    ),
    "tests of Julia": (
        "a.jl",
        '@testset "weighs" begin\n    @test a == 1\n    @test b == 2\nend\n',
        ["weighs"],
    ),
    "tests of Perl": (
        "a.t",
        "use Test::More;\nsubtest 'weighs' => sub {\n    ok 1;\n    ok 2;\n};\n",
        ["weighs"],
    ),
    "tests of Lua": (
        "a.lua",
        'describe("belt", function()\n  it("stops", function()\n    a()\n    b()\n  end)\nend)\n',
        ["belt.stops"],
    ),
    "tests of PHP": (
        "a.php",
        "<?php\nit('weighs', function () {\n    a();\n    b();\n});\n",
        ["weighs"],
    ),
    "tests of Groovy": (
        "a.groovy",
        "class ScaleSpec extends Specification {\n  def setup() {\n    a()\n    b()\n  }\n"
        '  def "weighs #n"() {\n    expect:\n    n == 1\n  }\n}\n',
        ["ScaleSpec", "ScaleSpec.setup", "ScaleSpec.weighs #n"],
    ),
    "tests of Go": (
        "a_test.go",
        'package a\n\nvar _ = Describe("Belt", func() {\n\tIt("stops", func() {\n\t\ta()\n\t\tb()\n\t})\n'
        "})\n",
        ["Belt.stops"],
    ),
    "tests of Nim": (
        "a.nim",
        'suite "belt":\n  test "stops":\n    check a == 1\n    check b == 2\n',
        ["belt.stops"],
    ),
    "tests of Swift": (
        "a.swift",
        '@Test("stops") func stops() {\n    a()\n    b()\n}\n',
        ["stops"],
    ),
    # Databases.
    "routines of four databases": (
        "a.sql",
        "CREATE OR REPLACE PROCEDURE hr.raise_pay (p_id IN NUMBER) IS\n  n NUMBER;\nBEGIN\n  NULL;\n"
        "END raise_pay;\n/\nCREATE PROC [dbo].[Tidy Up] @a INT\nAS\nBEGIN\n  DELETE FROM t;\nEND\nGO\n"
        "CREATE DEFINER=`root`@`%` PROCEDURE `renew`(IN a INT)\nBEGIN\n  UPDATE t SET b = 1;\nEND //\n"
        "CREATE FUNCTION touch(a int)\nRETURNS void AS $$\nBEGIN\n  PERFORM 1;\nEND;\n"
        "$$ LANGUAGE plpgsql;\nCREATE TRIGGER trg BEFORE UPDATE ON t\n"
        "  FOR EACH ROW EXECUTE FUNCTION touch();\n",
        ["raise_pay", "Tidy Up", "renew", "touch", "trg"],
    ),
    "a package of routines": (
        "a.pkb",
        "CREATE OR REPLACE PACKAGE BODY pay AS\n  FUNCTION net (g NUMBER)\n    RETURN NUMBER IS\n  BEGIN\n"
        "    RETURN g;\n  END net;\n\n  PROCEDURE close IS\n  BEGIN\n    NULL;\n  END;\nEND pay;\n/\n",
        ["pay.net", "pay.close"],
    ),
    # Bodies by indentation, names with signs in them, operators.
    "bodies by indentation": (
        "a.scala",
        "object Box {\n  def first(x: Int): Int =\n    compute(x)\n\n  def second(x: Int): Int = {\n"
        "    val y = x\n    y\n  }\n}\n",
        ["Box", "Box.first", "Box.second"],
    ),
    "dots in names": (
        "a.R",
        'print.box <- function(x, ...) {\n  cat("m")\n  x\n}\nas.data.frame.box = function(x) {\n  y <- x\n'
        "  y\n}\n",
        ["print.box", "as.data.frame.box"],
    ),
    "arrows in names": (
        "a.scm",
        "(define (string->box s)\n  (parse\n    s))\n",
        ["string->box"],
    ),
    "arrows in names of Clojure, with metadata": (
        "a.clj",
        "(ns my.app)\n(defn ^:private ^Box str->box [s]\n  (parse\n    s))\n(deftest ^:slow weighs\n  (is\n"
        "    1))\n",
        ["my.app.str->box", "my.app.weighs"],
    ),
    "arrows in names of Lisp": (
        "a.el",
        "(defun box->table (s)\n  (parse\n   s))\n",
        ["box->table"],
    ),
    "dots in targets": (
        "Makefile",
        "server.key:\n\topenssl a\n\topenssl b\n\nbuild/%.o: %.c\n\tcc -c $<\n\techo done\n",
        ["server.key", "build/%.o"],
    ),
    "dots in functions of the shell": (
        "a.sh",
        "rotate.keys() {\n  a\n  b\n}\n",
        ["rotate.keys"],
    ),
    "selectors": (
        "a.css",
        ".card .title::after {\n  color: red;\n  color: red;\n  color: red;\n  color: red;\n  color: red;\n"
        "  color: red;\n  color: red;\n  color: red;\n  color: red;\n  color: red;\n  color: red;\n"
        "  color: red;\n}\n",
        [".card .title::after"],
    ),
    "operators": (
        "a.hs",
        "module A where\n(<+>) :: Int -> Int -> Int\na <+> b =\n  let c = a\n  in c + b\n",
        ["<+>"],
    ),
    "operators of Elixir": (
        "a.ex",
        "defmodule A do\n  def left <~> right do\n    a\n    b\n  end\nend\n",
        ["A.<~>"],
    ),
    "operators of C#": (
        "A.cs",
        "class A {\n    public static A operator +(A a, A b) {\n        x();\n        return a;\n    }\n}\n",
        ["A", "A.+"],
    ),
    "tasks": (
        "Rakefile",
        "namespace :db do\n  task migrate: :environment do\n    a\n    b\n  end\n"
        '  task :seed, [:n] => [:c] do\n    a\n    b\n  end\n  task "drop" => [:a] do\n    a\n    b\n'
        "  end\nend\n",
        ["db.migrate", "db.seed", "db.drop"],
    ),
    "classes made by calls": (
        "a.rb",
        "Point = Struct.new(:x) do\n  def far\n    a\n    b\n  end\nend\n",
        ["Point", "Point.far"],
    ),
    "exported names of Nim": (
        "a.nim",
        "type\n  Belt* = object\n    speed*: int\n    load: int\n",
        ["Belt"],
    ),
    "types with parameters": (
        "a.jl",
        "struct Box{T} <: AbstractBox{T}\n    a::T\nend\nmutable struct Ring{T<:Real}\n    a::T\nend\n",
        ["Box", "Ring"],
    ),
    "properties with bodies": (
        "a.kt",
        "class Ramp {\n    val heaviest: P\n        get() {\n            val x = 1\n            return x\n"
        "        }\n    val printer by lazy {\n        val p = make()\n        p\n    }\n"
        "    val onScan: (Int) -> Unit = { id ->\n        a(id)\n        b(id)\n    }\n}\n"
        "val P.isHeavy: Boolean\n    get() {\n        val y = 1\n        return y > 2\n    }\n"
        "val routes = routing {\n    a()\n    b()\n}\n",
        ["Ramp", "Ramp.heaviest", "Ramp.printer", "Ramp.onScan", "isHeavy", "routes"],
    ),
    "properties with bodies of C#": (
        "A.cs",
        "class A {\n    public int Size {\n        get { return 1; }\n        set { b = value; }\n    }\n"
        "    public int Twice =>\n        Size +\n        Size;\n}\n",
        ["A", "A.Size", "A.Twice"],
    ),
    "properties with bodies of Swift": (
        "a.swift",
        "class A {\n    var heavy: Bool {\n        let x = 1\n        return x > 2\n    }\n"
        "    lazy var box: Box = {\n        let b = Box()\n        return b\n    }()\n}\n",
        ["A", "A.heavy", "A.box"],
    ),
    "constructors of Dart": (
        "a.dart",
        "class Point {\n  factory Point.fromJson(Map m) {\n    a();\n    return b(m);\n  }\n"
        "  Point.origin() : x = 0 {\n    a();\n    b();\n  }\n}\n",
        ["Point", "Point.fromJson", "Point.origin"],
    ),
    # The first name counts.
    "functions that are defined together": (
        "a.ml",
        "let rec fact n =\n  if n = 0 then 1\n  else n\n\nand other n =\n  let a = 1 in\n  a + n\n\n"
        "let () =\n  main ();\n  exit 0\n",
        ["fact", "other"],
    ),
    "a selector of several parts": (
        "A.h",
        "@interface A : NSObject\n/** Loads it,\n * slowly. */\n- (void)loadURL:(NSURL *)u\n"
        "        options:(int)o\n      completed:(Block)c;\n@end\n",
        ["A", "A.loadURL"],
    ),
    "labels at the end": (
        "a.sv",
        'class c;\n  function void f();\n    `uvm_info("A", "x", UVM_LOW)\n    a = 1;\n  endfunction : f\n'
        "  function new(string n);\n    super.new(n);\n    b = 1;\n  endfunction\n  extern task drive();\n"
        "endclass : c\ntask c::drive();\n  a();\n  b();\nendtask\n",
        ["c", "c.f", "c.new", "c.drive", "c.drive"],
    ),
    # Macros of Rust.
    "items within macros": (
        "a.rs",
        "cfg_if! {\n    if #[cfg(unix)] {\n        fn gate() -> &'static str {\n            let a = '{';\n"
        "            b(a)\n        }\n    } else {\n        fn pipe() {\n            a();\n"
        "            b();\n        }\n    }\n}\nproptest! {\n    #[test]\n"
        "    fn never_negative(a in 0..9) {\n        x();\n        y();\n    }\n}\nbitflags! {\n"
        "    pub struct Flags: u32 {\n        const A = 1;\n        const B = 2;\n    }\n}\n",
        ["gate", "pipe", "never_negative", "Flags"],
    ),
    "the type of an implementation": (
        "a.rs",
        "impl<'a, T> Show for &'a Box<T> {\n    fn show(&self) {\n        a();\n        b();\n    }\n}\n"
        "impl<T> Pool<T> {\n    fn take(&self) {\n        a();\n        b();\n    }\n}\n",
        ["Box.show", "Pool.take"],
    ),
    # Blocks and documents.
    "blocks within a block": (
        "a.tf",
        'resource "aws_group" "web" {\n  name = "web"\n\n  ingress {\n    from = 80\n    to   = 80\n  }\n\n'
        "  tags = {\n    a = 1\n  }\n}\n",
        ["aws_group.web"],
    ),
    "documents": (
        "k.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    a: b\n  name: printer\nspec:\n  a: 1\n"
        "---\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  a: 1\n",
        ["Service.printer", "CronJob.nightly"],
    ),
    "jobs": (
        "ci.yml",
        "on: push\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: a\n  deploy:\n    needs: test\n"
        "    steps:\n      - run: b\n",
        ["jobs.test", "jobs.deploy"],
    ),
    # Code in markup.
    "a bracket in an attribute": (
        "a.vue",
        '<script setup lang="ts" generic="T extends Record<string, unknown>">\nfunction sort() {\n  a()\n'
        "  b()\n}\n</script>\n",
        ["a", "sort"],
    ),
    "a script that is not closed yet": (
        "a.svelte",
        "<b/>\n<script>\nfunction sort() {\n  a();\n  b();\n}\n",
        ["sort"],
    ),
    "code before a page": (
        "a.astro",
        "---\nfunction sort() {\n  a();\n  b();\n}\n---\n<p>x</p>\n",
        ["sort"],
    ),
    "code in a page": (
        "a.cshtml",
        "@functions {\n    string Label(P p) {\n        a();\n        return b;\n    }\n}\n<h1>x</h1>\n",
        ["Label"],
    ),
    "helpers of a chart": (
        "_helpers.tpl",
        '{{/*\nThe name of the release.\n*/}}\n{{- define "depot.name" -}}\n{{- .Release.Name -}}\n'
        "{{- end -}}\n",
        ["depot.name"],
    ),
    # Fixed form.
    "columns": (
        "a.f",
        "C     Weighs a parcel.\n      SUBROUTINE WEIGH(A,\n     &                 B)\n      X = 1\n"
        "      END\nC     Tares.\n      REAL FUNCTION TARE(A)\n      TARE = A +\n     1  B\n      END\n",
        ["WEIGH", "TARE"],
    ),
    # Without a grammar.
    "Visual Basic": (
        "a.vb",
        "Public Class Scale\n    Public Sub Tare(n As Integer)\n        a()\n        b()\n    End Sub\n"
        "End Class\n",
        ["Scale", "Scale.Tare"],
    ),
    "a batch file": (
        "a.bat",
        "@echo off\nrem Begins.\n:weigh\nbridge.exe --port 7\nbridge.exe --all\ngoto :eof\n",
        ["weigh"],
    ),
    "a feature": (
        "a.feature",
        "Feature: Belt\n  Scenario: it stops\n    Given 41 parcels\n    Then it stops\n\n"
        "  Scenario: it goes on\n    Given 1 parcel\n    Then it goes on\n",
        ["Belt", "Belt.it stops", "Belt.it goes on"],
    ),
    "a proof assistant": (
        "a.lean",
        "/-- Halves it. -/\ndef halve (n : Nat) : Nat :=\n  let m := n / 2\n  m\n",
        ["halve"],
    ),
    "a document whose name a template makes": (
        "job.yaml",
        'kind: Job\nmetadata:\n  name: {{ include "depot.name" . }}\nspec:\n  a: 1\n',
        ["job"],
    ),
    "a class that is written twice on its line": (
        "a.R",
        'Mask <- R6Class("Mask",\n  public = list(\n    add = function(n) {\n      x <- n\n      x\n    },\n'
        "    drop = function(n) {\n      x <- n\n      x\n    }\n  )\n)\n",
        ["Mask", "Mask.add", "Mask.drop"],
    ),
    "a function after one that cannot be parsed": (
        "a.zsh",
        "first() {\n  local a=(\"${(@f)$(b)}\")\n  c $'\\'\\''\n}\n\nsecond() {\n  a\n  b\n}\n",
        ["first", "second"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "text", "names"), CASES.values(), ids=CASES.keys())
def test_a_definition_has_its_name(path, text, names):
    assert found(path, text) == names


def test_a_comment_beside_a_definition_is_its_own():
    text = (
        "class A {\n  /** One. */ int a() { return 1; }\n  /** Two,\n   * at length. */ int b() {\n    x();\n"
        "    return 2;\n  }\n  /** Three. */\n  int c() {\n    x();\n    return 3;\n  }\n}\n"
    )
    assert [(c.name, c.doc) for c in chunk_text("A.java", text)] == [
        ("A", ""),
        ("b", "Two,\nat length."),
        ("c", "Three."),
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("A.java", "  /** Number {i}. */ int f{i}() {{ return {i}; }}\n"),
        ("a.rs", "#[inline] fn f{i}() -> u32 {{ {i} }}\n"),
        ("a.c", "/* {i} */ int f{i}(void) {{ return {i}; }}\n"),
    ],
)
def test_many_comments_beside_definitions_are_read_once_each(path, line):
    body = "".join(line.format(i=i) for i in range(6_000))
    text = f"class A {{\n{body}}}\n" if path.endswith("java") else body
    # Quadratic, this took more than a minute of one processor.
    before = process_time()
    assert chunk_text(path, text)
    assert process_time() - before < 20


def test_a_comment_between_a_declaration_and_its_body_is_no_part_of_the_declaration():
    (chunk,) = chunk_text("a.py", "class A(Base):\n    # about x\n    x = 1\n    y = 2\n")
    assert chunk.signature == "class A(Base)"


def test_an_annotation_on_a_line_of_its_own_is_no_declaration():
    text = (
        'interface Api {\n    @GET("/x")\n    /** Who it is,\n     * by number. */\n    Call<User> user(int id);\n}\n'
    )
    assert "Call<User> user(int id)" in [chunk.signature for chunk in chunk_text("Api.java", text)]
    assert chunk_text("P.cs", "[Serializable]\npublic record P(int A);\n")[0].signature == "public record P(int A)"


def test_a_route_says_what_it_answers_and_points_at_its_first_line():
    (chunk,) = chunk_text("r.js", "// Weighs it.\napp.post('/trucks/:id/weigh', (a) => {\n  b();\n  c();\n});\n")
    assert (chunk.kind, chunk.name, chunk.doc, chunk.name_length) == (
        Kind.FUNCTION,
        "POST /trucks/:id/weigh",
        "Weighs it.",
        0,
    )
