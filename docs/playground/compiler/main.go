// Command compiler makes protocompile a function of a web worker: compileProtos(files) returns the descriptors of the
// files and their imports, or what is wrong with them and where.
package main

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/options"
	"github.com/bufbuild/protocompile/protoutil"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

func main() {
	js.Global().Set("compileProtos", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return compile(sourcesOf(args[0]), namesOf(args[1]))
	}))
	select {}
}

func sourcesOf(files js.Value) map[string]string {
	sources := map[string]string{}
	entries := js.Global().Get("Object").Call("entries", files)
	for i := range entries.Length() {
		entry := entries.Index(i)
		sources[entry.Index(0).String()] = entry.Index(1).String()
	}
	return sources
}

func namesOf(list js.Value) []string {
	names := make([]string, list.Length())
	for i := range names {
		names[i] = list.Index(i).String()
	}
	return names
}

// compile never panics: a fault of the compiler becomes a problem, and the next call finds the program running.
func compile(sources map[string]string, names []string) (result map[string]any) {
	problems := []any{}
	note := func(severity string, at ast.SourcePos, message string) {
		problems = append(problems, map[string]any{
			"severity": severity, "file": at.Filename, "line": at.Line, "column": at.Col, "message": message,
		})
	}
	defer func() {
		if fault := recover(); fault != nil {
			note("error", ast.SourcePos{}, fmt.Sprintf("the compiler failed: %v", fault))
			result = map[string]any{"problems": problems}
		}
	}()
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
			Accessor: protocompile.SourceAccessorFromMap(sources),
		}),
		MaxParallelism: 1,
		SourceInfoMode: protocompile.SourceInfoExtraComments | protocompile.SourceInfoExtraOptionLocations,
		Reporter: reporter.NewReporter(
			func(err reporter.ErrorWithPos) error {
				note("error", err.GetPosition(), err.Unwrap().Error())
				return nil
			},
			func(err reporter.ErrorWithPos) { note("warning", err.GetPosition(), err.Unwrap().Error()) },
		),
	}
	files, err := compiler.Compile(context.Background(), names...)
	if err != nil {
		if !errors.Is(err, reporter.ErrInvalidSource) { // whose causes are noted
			note("error", ast.SourcePos{}, err.Error())
		}
		return map[string]any{"problems": problems}
	}
	return map[string]any{"problems": problems, "descriptors": encode(files)}
}

// encode returns a FileDescriptorSet in a Uint8Array, in which each file follows its imports.
func encode(files linker.Files) js.Value {
	set := &descriptorpb.FileDescriptorSet{}
	seen := map[string]bool{}
	var add func(file linker.File)
	add = func(file linker.File) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		imports := file.Imports()
		for i := range imports.Len() {
			add(file.FindImportByPath(imports.Get(i).Path()))
		}
		// as protoc hands files to plugins: without options that are for the source alone
		plain, err := options.StripSourceRetentionOptionsFromFile(protoutil.ProtoFromFileDescriptor(file))
		if err != nil {
			panic(err)
		}
		set.File = append(set.File, plain)
	}
	for _, file := range files {
		add(file)
	}
	bytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(set)
	if err != nil {
		panic(err)
	}
	array := js.Global().Get("Uint8Array").New(len(bytes))
	js.CopyBytesToJS(array, bytes)
	return array
}
