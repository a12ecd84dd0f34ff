module git.gods-and-stalls.example/gods-and-stalls/${{ values.name }}

go 1.23
