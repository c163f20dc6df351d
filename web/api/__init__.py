"""The archive for programs: `/api/v1`, one noun a file. What assistants are told over MCP is made here too."""
